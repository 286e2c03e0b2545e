"""What of a week needs a person of the coordination: the rule of the Friday note. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from app.bulletins.moods import Mood
from app.weeks import DUE_AUTOMATICALLY_FOR

IN_A_ROW = 2  # hard moods or silent weeks, the week of the digest the last of them
OLD_CALL = timedelta(weeks=2)
AFTER_THE_DIGEST = timedelta(minutes=10)
STALE_AFTER = timedelta(days=7)  # then the next digest has a note of its own


@dataclass(frozen=True, slots=True)
class TeamWeeks:
    """What a team told of the weeks in which it was to write, the week of the digest last.

    None stands for silence. `expected` says whether it was to write this week, or wrote all the same.
    """

    team: str
    expected: bool
    moods: Sequence[Mood | None]


@dataclass(frozen=True, slots=True)
class StandingCall:
    """A call for help that nobody has closed."""

    team: str
    opened_on: date
    offered: bool
    text: str


@dataclass(frozen=True, slots=True)
class Weeks:
    """A team, and how many weeks in a row it has been so."""

    team: str
    number: int


@dataclass(frozen=True, slots=True)
class OldCall:
    """A call for help, and how many days it has stood."""

    call: StandingCall
    days: int


@dataclass(frozen=True, slots=True)
class Concerns:
    """What needs a person, each list the gravest first. False when nothing does."""

    hard: tuple[Weeks, ...] = ()
    silent: tuple[Weeks, ...] = ()
    calls: tuple[OldCall, ...] = ()
    failed: int = 0
    unknown: int = 0  # letters that nobody knows to have left

    def __bool__(self) -> bool:
        return bool(self.hard or self.silent or self.calls or self.failed or self.unknown)


def is_note_due(issued_at: datetime, closed_at: datetime | None, now: datetime) -> bool:
    """Whether the note about a digest issued at `issued_at` is due, when its week closed at `closed_at`.

    A digest issued for the archive, long after its week, has none.
    """
    in_its_time = closed_at is not None and issued_at <= closed_at + DUE_AUTOMATICALLY_FOR
    return in_its_time and issued_at + AFTER_THE_DIGEST <= now < issued_at + STALE_AFTER


def find_concerns(
    teams: Iterable[TeamWeeks], calls: Iterable[StandingCall], today: date, *, failed: int = 0, unknown: int = 0
) -> Concerns:
    """What of a week needs a person, on the day `today` in the promotion's zone.

    A team that is paused this week is left in peace: it was told of before, and will be again when it is back.
    """
    teams = [team for team in teams if team.expected]
    return Concerns(
        hard=_in_a_row(teams, Mood.VERY_HARD),
        silent=_in_a_row(teams, None),
        calls=tuple(sorted(_old(calls, today), key=lambda old: (-old.days, old.call.team))),
        failed=failed,
        unknown=unknown,
    )


def _in_a_row(teams: Iterable[TeamWeeks], told: Mood | None) -> tuple[Weeks, ...]:
    found = (Weeks(team.team, sum(1 for _ in takewhile(lambda m: m is told, reversed(team.moods)))) for team in teams)
    return tuple(sorted((w for w in found if w.number >= IN_A_ROW), key=lambda weeks: (-weeks.number, weeks.team)))


def _old(calls: Iterable[StandingCall], today: date) -> Iterator[OldCall]:
    for call in calls:
        if today - call.opened_on > OLD_CALL:
            yield OldCall(call, (today - call.opened_on).days)
