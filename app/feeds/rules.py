"""Key dates as they are read: by month, those to come and those that have passed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from app.teams.phases import Phase
from app.weeks import Week


def is_offered(phase: Phase) -> bool:
    """Return whether a member is offered an address in that phase of the promotion: nothing new comes after its end."""
    return phase is not Phase.AFTER


@dataclass(frozen=True, slots=True)
class TeamDate:
    """A key date of a team. `week`: that of the bulletin which told it; None for an action of the team's plan.

    `removed`: it is no more, and only calendars are told.
    """

    uid: str
    day: date
    text: str
    team: str
    team_slug: str
    week: Week | None
    sequence: int
    changed_at: datetime
    removed: bool = False


@dataclass(frozen=True, slots=True)
class MonthOfDates:
    """The dates of a month, of which `month` is the first day."""

    month: date
    dates: tuple[TeamDate, ...]


@dataclass(frozen=True, slots=True)
class Agenda:
    """Dates by month: the nearest first of those to come, today's included; the latest first of those that passed."""

    coming: tuple[MonthOfDates, ...]
    past: tuple[MonthOfDates, ...]


def arrange(dates: Iterable[TeamDate], today: date) -> Agenda:
    """Arrange dates, whatever order they come in."""
    ordered = sorted(dates, key=lambda each: (each.day, each.team, each.uid))
    coming = [each for each in ordered if each.day >= today]
    past = [each for each in reversed(ordered) if each.day < today]
    return Agenda(tuple(_by_month(coming)), tuple(_by_month(past)))


def _by_month(dates: Iterable[TeamDate]) -> list[MonthOfDates]:
    return [MonthOfDates(month, tuple(found)) for month, found in groupby(dates, lambda each: each.day.replace(day=1))]
