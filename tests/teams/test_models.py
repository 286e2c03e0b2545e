"""In which weeks a team writes, and a member belongs: the days at both ends; in which language."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.teams.models import Membership, Pause, Person, Promotion, Team
from app.weeks import Week

WEDNESDAY = date(2019, 3, 6)  # of 2019-W10


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        (None, None, ["2019-W09", "2019-W10", "2019-W11"]),
        (WEDNESDAY, None, ["2019-W10", "2019-W11"]),
        (None, WEDNESDAY, ["2019-W09", "2019-W10"]),
        (WEDNESDAY, WEDNESDAY, ["2019-W10"]),
        (date(2019, 3, 10), None, ["2019-W10", "2019-W11"]),  # the Sunday
        (date(2019, 3, 11), None, ["2019-W11"]),
        (None, date(2019, 3, 4), ["2019-W09", "2019-W10"]),  # the Monday
        (None, date(2019, 3, 3), ["2019-W09"]),
    ],
)
def test_a_team_that_starts_or_ends_in_a_week_writes_in_it(
    first: date | None, last: date | None, weeks: list[str]
) -> None:
    team = Team(active_from=first, active_until=last)
    assert [week for week in ("2019-W09", "2019-W10", "2019-W11") if team.is_active_in(Week.parse(week))] == weeks


@pytest.mark.parametrize(
    ("day", "active"),
    [(date(2019, 3, 5), False), (WEDNESDAY, True), (date(2019, 6, 30), True), (date(2019, 7, 1), False)],
)
def test_a_team_works_on_its_first_and_its_last_day(day: date, active: bool) -> None:
    assert Team(active_from=WEDNESDAY, active_until=date(2019, 6, 30)).is_active(day) is active


def test_a_paused_team_may_write_all_the_same() -> None:
    team = Team(pauses=[Pause(first_week=Week.parse("2019-W10"), last_week=Week.parse("2019-W11"))])
    labels = ["2019-W09", "2019-W10", "2019-W11", "2019-W12"]
    assert [team.is_paused(Week.parse(label)) for label in labels] == [False, True, True, False]
    assert all(team.is_active_in(Week.parse(label)) for label in labels)


@pytest.mark.parametrize(
    ("day", "current"),
    [(date(2019, 3, 5), False), (WEDNESDAY, True), (date(2019, 6, 30), True), (date(2019, 7, 1), False)],
)
def test_a_member_belongs_on_their_first_and_their_last_day(day: date, current: bool) -> None:
    assert Membership(joined_on=WEDNESDAY, left_on=date(2019, 6, 30)).is_current(day) is current
    assert Membership().is_current(day)


@pytest.mark.parametrize(
    ("label", "has"), [("2019-W02", False), ("2019-W03", True), ("2019-W46", True), ("2019-W47", False)]
)
def test_a_promotion_has_the_weeks_that_touch_its_dates(label: str, has: bool) -> None:
    promotion = Promotion(starts_on=date(2019, 1, 18), ends_on=date(2019, 11, 11))
    assert promotion.has_week(Week.parse(label)) is has


def test_today_is_that_of_the_promotion_s_zone() -> None:
    moment = datetime(2019, 3, 10, 23, 30, tzinfo=UTC)
    assert Promotion(timezone="Europe/Paris").today(moment) == date(2019, 3, 11)
    assert Promotion(timezone="America/Guadeloupe").today(moment) == date(2019, 3, 10)


@pytest.mark.parametrize(("own", "locale"), [(None, "fr"), ("en", "en")])
def test_the_language_of_a_member_is_their_own_or_that_of_the_promotion(own: str | None, locale: str) -> None:
    assert Membership(person=Person(locale=own), promotion=Promotion(locale="fr")).locale == locale
