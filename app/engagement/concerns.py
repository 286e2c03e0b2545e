"""What of a week needs a person of the coordination: the rule of the Friday note. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from app.bulletins.moods import Mood

SHORTEST_STREAK = 2  # very hard or silent weeks, the week of the digest the last of them
OLD_CALL = timedelta(weeks=2)
AFTER_THE_DIGEST = timedelta(minutes=10)
STALE_AFTER = timedelta(days=7)  # then the next digest has a note of its own


@dataclass(frozen=True, slots=True)
class TeamWeeks:
    """The moods of one team, one for each week in which it was to write, the week of the digest last.

    None is a week without a bulletin. `expected`: whether the team was to write this week, or wrote all the same.
    """

    team: str
    expected: bool
    moods: Sequence[Mood | None]


@dataclass(frozen=True, slots=True)
class UnresolvedCall:
    """A call for help that nobody has closed."""

    team: str
    opened_on: date
    offered: bool
    text: str


@dataclass(frozen=True, slots=True)
class Streak:
    """How many `weeks` in a row were alike for a team."""

    team: str
    weeks: int


@dataclass(frozen=True, slots=True)
class OldCall:
    """A call for help, and how many days ago it was opened."""

    call: UnresolvedCall
    days: int


@dataclass(frozen=True, slots=True)
class PlannedAction:
    """An action of a team's plan to last that is still to do by `due_on`. `page` is the slug of the team."""

    team: str
    page: str
    due_on: date
    text: str


@dataclass(frozen=True, slots=True)
class OverdueAction:
    """An action whose day was `days` days ago."""

    action: PlannedAction
    days: int


@dataclass(frozen=True, slots=True)
class Concerns:
    """What needs a person, each list the gravest first. False when nothing does."""

    hard: tuple[Streak, ...] = ()
    silent: tuple[Streak, ...] = ()
    calls: tuple[OldCall, ...] = ()
    overdue: tuple[OverdueAction, ...] = ()
    failed: int = 0  # letters
    unknown: int = 0  # letters that may or may not have been sent

    def __bool__(self) -> bool:
        return bool(self.hard or self.silent or self.calls or self.overdue or self.failed or self.unknown)


def is_note_due(issued_at: datetime, now: datetime) -> bool:
    """Decide whether the note about a digest issued at `issued_at` is due."""
    return issued_at + AFTER_THE_DIGEST <= now < issued_at + STALE_AFTER


def find_concerns(
    teams: Iterable[TeamWeeks],
    calls: Iterable[UnresolvedCall],
    today: date,
    *,
    actions: Iterable[PlannedAction] = (),
    failed: int = 0,
    unknown: int = 0,
) -> Concerns:
    """Find what needs a person on the day `today` in the promotion's zone; `failed` and `unknown` count letters.

    A team that is paused this week is left out: earlier notes named it, and later ones will once it is back.
    """
    expected = [team for team in teams if team.expected]
    old_calls = [OldCall(call, (today - call.opened_on).days) for call in calls if today - call.opened_on > OLD_CALL]
    return Concerns(
        hard=_find_streaks(expected, Mood.VERY_HARD),
        silent=_find_streaks(expected, None),
        calls=tuple(sorted(old_calls, key=lambda old: (-old.days, old.call.team))),
        overdue=find_overdue(actions, today),
        failed=failed,
        unknown=unknown,
    )


def find_overdue(actions: Iterable[PlannedAction], today: date) -> tuple[OverdueAction, ...]:
    """Find the actions that were due before `today`, the longest overdue first."""
    overdue = [OverdueAction(action, (today - action.due_on).days) for action in actions if action.due_on < today]
    return tuple(sorted(overdue, key=lambda late: (-late.days, late.action.team, late.action.text)))


def _find_streaks(teams: Iterable[TeamWeeks], mood: Mood | None) -> tuple[Streak, ...]:
    """Find the teams whose latest weeks all have this mood, the longest streak first."""
    streaks = (
        Streak(team.team, sum(1 for _ in takewhile(lambda each: each is mood, reversed(team.moods)))) for team in teams
    )
    long_streaks = (streak for streak in streaks if streak.weeks >= SHORTEST_STREAK)
    return tuple(sorted(long_streaks, key=lambda streak: (-streak.weeks, streak.team)))
