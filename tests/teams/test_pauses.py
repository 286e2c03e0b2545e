"""In which weeks a team is paused."""

from __future__ import annotations

import pytest

from app.teams.models import Pause
from app.weeks import Week, weeks_between
from tests.builders import make_promotion, make_team, saved

WEEKS = weeks_between(Week.parse("2018-W51"), Week.parse("2019-W06"))
PAUSES = [("2018-W52", "2019-W01"), ("2019-W04", "2019-W04")]
PAUSED = ["2018-W52", "2019-W01", "2019-W04"]


@pytest.mark.usefixtures("app")
def test_it_is_from_the_first_to_the_last_week_of_each_of_its_pauses_and_no_other_team_is() -> None:
    promotion = make_promotion()
    team, other = make_team(promotion), make_team(promotion)
    for first, last in PAUSES:
        saved(Pause(team_id=team.id, first_week=Week.parse(first), last_week=Week.parse(last)))
    assert [str(week) for week in WEEKS if team.is_paused(week)] == PAUSED
    assert not any(other.is_paused(week) for week in WEEKS)
