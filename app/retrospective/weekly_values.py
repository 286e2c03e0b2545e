"""What the weekly bulletins add up to over a promotion, month by month. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from app.bulletins.moods import Mood
from app.engagement.calls import SECONDS_A_DAY, CallLife
from app.help_requests.rules import HelpState
from app.readership.figures.published import PublishedFigures


@dataclass(frozen=True, slots=True)
class MonthWriting:
    """How many bulletins were written in the weeks of a month (`2019-03`), and how many were not."""

    month: str
    on_time: int
    late: int
    silent: int

    @property
    def expected(self) -> int:
        return self.on_time + self.late + self.silent


@dataclass(frozen=True, slots=True)
class MonthMoods:
    """How many bulletins of the weeks of a month gave each mood, hardest first."""

    month: str
    counts: Mapping[Mood, int]


@dataclass(frozen=True, slots=True, order=True)
class CallOutcome:
    """What became of one call for help; `days`: to its first offer, None where there was none, or nobody knows."""

    state: HelpState
    days: float | None = None


@dataclass(frozen=True, slots=True)
class WeeklyFacts:
    """What the weekly bulletins say of a promotion. Everything in it may be published.

    `reading`: the months whose figures change no more; `period`: all of them together. `writing` is empty where no
    bulletin was ever written here. `moods` has the months in which enough teams wrote.
    """

    reading: tuple[PublishedFigures, ...] = ()
    period: PublishedFigures | None = None
    writing: tuple[MonthWriting, ...] = ()
    moods: tuple[MonthMoods, ...] = ()
    calls: tuple[CallOutcome, ...] = ()

    @property
    def median_days(self) -> float | None:
        """The median days to the first offer, over the calls that had one."""
        days = [call.days for call in self.calls if call.days is not None]
        return median(days) if days else None


def call_outcomes(calls: Iterable[CallLife], until: datetime | None = None) -> tuple[CallOutcome, ...]:
    """Return the states of the calls at the moment `until`; None: now.

    Days are rounded to a tenth. They reveal neither the date of a call nor its team.
    """
    lives = [_as_of(call, until) for call in calls if until is None or call.opened_at < until]
    outcomes = [CallOutcome(call.state, _days(call)) for call in lives]
    states = list(HelpState)
    return tuple(sorted(outcomes, key=lambda each: (states.index(each.state), each.days is None, each.days or 0)))


def _as_of(call: CallLife, until: datetime | None) -> CallLife:
    if until is None or call.state is HelpState.ARCHIVED:
        return call
    offered_at = call.first_offered_at if call.first_offered_at and call.first_offered_at < until else None
    if call.closed_at and call.closed_at < until:
        return CallLife(call.state, call.opened_at, offered_at, call.closed_at)
    return CallLife(HelpState.OFFERED if offered_at else HelpState.OPEN, call.opened_at, offered_at)


def _days(call: CallLife) -> float | None:
    if call.first_offered_at is None or call.state is HelpState.ARCHIVED:
        return None
    return round((call.first_offered_at - call.opened_at).total_seconds() / SECONDS_A_DAY, 1)
