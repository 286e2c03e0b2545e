"""What each team did with a week, for the coordination."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from app.digests.writing_status import WritingStatus, teams_writing
from app.teams.models import DayOff, Pause, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_promotion, make_team, saved

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

W10 = Week.parse("2019-W10")


@pytest.fixture
def promotion(app: Flask) -> Promotion:
    return make_promotion()


def did(promotion: Promotion, week: Week = W10) -> dict[str, WritingStatus]:
    return {row.team.name: row.status for row in teams_writing(promotion, week)}


def test_a_team_wrote_came_late_or_is_missing(promotion: Promotion) -> None:
    for name in ("Écrit", "En retard", "Absent"):
        make_team(promotion, name)
    by_name = {team.name: team for team in promotion.teams}
    make_bulletin(by_name["Écrit"], W10)
    make_bulletin(by_name["En retard"], W10, late=True)
    make_bulletin(by_name["Absent"], W10.previous)
    assert did(promotion) == {
        "Écrit": WritingStatus.WROTE,
        "En retard": WritingStatus.LATE,
        "Absent": WritingStatus.MISSING,
    }
    assert list(did(promotion)) == ["Absent", "Écrit", "En retard"]


def test_a_paused_team_is_not_missing_and_its_bulletin_counts_all_the_same(promotion: Promotion) -> None:
    team = make_team(promotion, "En pause")
    saved(Pause(team_id=team.id, first_week=W10.previous, last_week=W10))
    assert did(promotion) == {"En pause": WritingStatus.PAUSED}
    assert did(promotion, W10.next) == {"En pause": WritingStatus.MISSING}
    make_bulletin(team, W10)
    assert did(promotion) == {"En pause": WritingStatus.WROTE}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ({"active_from": date(2019, 3, 8)}, WritingStatus.MISSING),
        ({"active_from": date(2019, 3, 9)}, WritingStatus.NONE),
        ({"active_until": date(2019, 3, 7)}, WritingStatus.NONE),
    ],
)
def test_a_team_is_expected_when_it_is_active_on_the_closing_day(
    promotion: Promotion, dates: dict[str, date], expected: WritingStatus
) -> None:
    make_team(promotion, "Alpha", **dates)
    assert did(promotion) == {"Alpha": expected}


def test_nobody_is_expected_in_a_week_without_a_working_day(promotion: Promotion) -> None:
    make_team(promotion, "Alpha")
    promotion.days_off = [DayOff(day=W10.day(weekday)) for weekday in range(1, 6)]
    assert did(promotion) == {"Alpha": WritingStatus.NONE}
