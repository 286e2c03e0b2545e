"""The way into a page of results: by month, or by team where all are of one month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.i18n import gettext as _
from app.i18n import month_name, upper_first
from app.search.results import Found


@dataclass(frozen=True, slots=True)
class ResultPlace:
    """A place on the page: its anchor, and what it is called."""

    anchor: str
    label: str


def places_of(found: Sequence[Found]) -> list[ResultPlace | None]:
    """Return for each result the place that begins with it, in the language of the request; None within one."""
    places = [_month(each) for each in found]
    if len(set(places)) == 1:
        places = [_team(each) for each in found]
    return [place if place not in places[:number] else None for number, place in enumerate(places)]


def _month(found: Found) -> ResultPlace:
    day = next(day for day in (found.day, found.week.monday if found.week else None) if day)  # one of them is there
    return ResultPlace(f"month-{day:%Y-%m}", upper_first(month_name(day)))


def _team(found: Found) -> ResultPlace:
    return (
        ResultPlace(f"team-{found.team.id}", found.team.name)
        if found.team
        else ResultPlace("said", _("The introduction"))
    )
