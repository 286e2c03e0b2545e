"""What of a week needs a person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.bulletins.moods import Mood
from app.engagement.concerns import (
    Concerns,
    OldCall,
    OverdueAction,
    PlannedAction,
    Streak,
    TeamWeeks,
    UnresolvedCall,
    find_concerns,
    is_note_due,
)

TODAY = date(2019, 3, 22)
HARD, GOOD, SILENT = Mood.VERY_HARD, Mood.GOOD, None


def concerns_of(*moods: Mood | None, expected: bool = True) -> Concerns:
    return find_concerns([TeamWeeks("Cartobio", expected, moods)], [], TODAY)


def call(opened_on: date, team: str = "Cartobio") -> UnresolvedCall:
    return UnresolvedCall(team, opened_on, offered=False, text="Qui connaît Solr ?")


@pytest.mark.parametrize(
    ("moods", "number"),
    [
        ((HARD,), 0),
        ((HARD, HARD), 2),
        ((GOOD, HARD, HARD), 2),
        ((HARD, HARD, HARD), 3),
        ((HARD, HARD, GOOD), 0),
        ((HARD, GOOD, HARD), 0),
        ((HARD, SILENT, HARD), 0),
        ((Mood.SO_SO, Mood.SO_SO), 0),
    ],
)
def test_two_hard_moods_in_a_row_need_somebody(moods: tuple[Mood | None, ...], number: int) -> None:
    assert concerns_of(*moods).hard == ((Streak("Cartobio", number),) if number else ())


@pytest.mark.parametrize(
    ("moods", "number"),
    [((SILENT,), 0), ((SILENT, SILENT), 2), ((SILENT, GOOD, SILENT), 0), ((SILENT, SILENT, GOOD), 0)],
)
def test_two_silent_weeks_need_somebody(moods: tuple[Mood | None, ...], number: int) -> None:
    assert concerns_of(*moods).silent == ((Streak("Cartobio", number),) if number else ())


def test_a_paused_team_is_left_in_peace() -> None:
    assert not concerns_of(HARD, HARD, expected=False)
    assert not concerns_of(SILENT, SILENT, expected=False)


def test_a_call_needs_somebody_after_two_weeks_and_not_before() -> None:
    fourteen, fifteen = call(TODAY - timedelta(days=14)), call(TODAY - timedelta(days=15))
    assert find_concerns([], [fourteen, fifteen], TODAY).calls == (OldCall(fifteen, 15),)


def test_the_gravest_come_first() -> None:
    teams = [TeamWeeks("A", True, (HARD, HARD)), TeamWeeks("B", True, (HARD, HARD, HARD))]
    calls = [call(date(2019, 3, 1), "A"), call(date(2019, 2, 1), "B")]
    concerns = find_concerns(teams, calls, TODAY)
    assert [streak.team for streak in concerns.hard] == ["B", "A"]
    assert [old.call.team for old in concerns.calls] == ["B", "A"]


def test_letters_in_trouble_need_somebody() -> None:
    assert find_concerns([], [], TODAY, failed=1)
    assert find_concerns([], [], TODAY, unknown=1)


def test_a_week_without_trouble_needs_nobody() -> None:
    assert not find_concerns([TeamWeeks("Cartobio", True, (GOOD, HARD))], [call(TODAY)], TODAY)


CLOSED = datetime(2019, 3, 22, 14, 0, tzinfo=UTC)
ISSUED = CLOSED + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (timedelta(minutes=9, seconds=59), False),
        (timedelta(minutes=10), True),
        (timedelta(days=3), True),
        (timedelta(days=7), False),
    ],
)
def test_the_note_follows_the_digest_by_ten_minutes(after: timedelta, due: bool) -> None:
    assert is_note_due(ISSUED, ISSUED + after) is due


def test_an_action_needs_somebody_from_the_day_after_its_own_the_oldest_first() -> None:
    days = (date(2019, 3, 23), TODAY, date(2019, 3, 21), date(2019, 3, 1))
    actions = [PlannedAction("Cartobio", "cartobio", day, "Publier la fiche de poste") for day in days]
    found = find_concerns([], [], TODAY, actions=actions)
    assert found.overdue == (OverdueAction(actions[3], 21), OverdueAction(actions[2], 1))
    assert found
    assert not find_concerns([], [], TODAY, actions=actions[:2])
