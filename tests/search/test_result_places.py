"""The way into a page of results."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.search.entries import EntryKind
from app.search.result_places import places_of
from app.search.results import Found
from app.teams.models import Promotion, Team
from app.weeks import Week

RAVINE, JACHERE = Team(id=1, name="Ravine"), Team(id=2, name="Jachère")


def found(team: Team | None, week: str | None, day: date | None = None) -> Found:
    return Found(EntryKind.BULLETIN, Promotion(), team, Week.parse(week) if week else None, {}, day=day)


@pytest.mark.parametrize(
    ("results", "labels"),
    [
        (
            [found(RAVINE, "2019-W11"), found(JACHERE, "2019-W10"), found(RAVINE, "2019-W08")],
            ["Mars 2019", None, "Février 2019"],
        ),
        (
            [found(RAVINE, "2019-W11"), found(JACHERE, "2019-W11"), found(RAVINE, "2019-W10")],
            ["Ravine", "Jachère", None],
        ),
        ([found(RAVINE, None, date(2019, 4, 2)), found(None, "2019-W11")], ["Avril 2019", "Mars 2019"]),
        ([found(None, "2019-W11"), found(RAVINE, "2019-W11")], ["Le mot de la coordination", "Ravine"]),
        ([], []),
    ],
)
def test_results_are_led_to_by_month_or_by_team_within_one(
    app: Flask, results: list[Found], labels: list[str | None]
) -> None:
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert [place.label if place else None for place in places_of(results)] == labels
