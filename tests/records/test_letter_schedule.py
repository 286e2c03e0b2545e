"""When the letters of a milestone are due, and for whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.letter_schedule import due_letter, letter_moments, roles_asked
from app.teams.roles import Role

PARIS = ZoneInfo("Europe/Paris")


def days(opens: str, closes: str) -> list[str]:
    """The days of the letters, of which Saturdays and Sundays are none."""
    moments = letter_moments(
        date.fromisoformat(opens), date.fromisoformat(closes), lambda day: day.isoweekday() <= 5, PARIS
    )
    assert {f"{moment:%H:%M}" for moment in moments} == {"09:00"}
    return [moment.date().isoformat() for moment in moments]


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        ("2019-06-10", "2019-06-28", ["2019-06-10", "2019-06-19", "2019-06-25"]),
        ("2019-06-08", "2019-06-28", ["2019-06-10", "2019-06-18", "2019-06-25"]),  # a Saturday
        ("2019-06-10", "2019-06-26", ["2019-06-10", "2019-06-18", "2019-06-24"]),  # the last one on a Sunday
        ("2019-06-10", "2019-06-14", ["2019-06-10", "2019-06-12"]),  # no time for a second reminder
        ("2019-06-10", "2019-06-10", ["2019-06-10"]),
        ("2019-06-10", "2019-06-11", ["2019-06-10"]),
        ("2019-06-08", "2019-06-09", ["2019-06-08"]),  # no working day at all
    ],
)
def test_letters_leave_at_nine_on_working_days(opens: str, closes: str, expected: list[str]) -> None:
    assert days(opens, closes) == expected


DATES = st.dates(date(2018, 1, 1), date(2022, 1, 1))


@given(DATES, st.integers(0, 183), st.sets(st.integers(1, 7)))
def test_one_to_three_letters_leave_while_it_is_open(opens: date, length: int, working: set[int]) -> None:
    closes = opens + timedelta(days=length)
    moments = letter_moments(opens, closes, lambda day: day.isoweekday() in working, PARIS)
    assert 1 <= len(moments) <= 3
    assert moments == sorted(set(moments))
    assert all(opens <= moment.date() <= closes for moment in moments)


def at(day: int, hour: int = 9) -> datetime:
    return datetime(2019, 6, day, hour, tzinfo=PARIS)


MOMENTS = [at(10), at(19), at(25)]


@pytest.mark.parametrize(
    ("sent", "now", "number"),
    [
        ([], at(10, 8), None),
        ([], at(10), 0),
        ([], at(26), 0),  # the server was down: told late, and not reminded in the same minute
        ([at(26)], at(26, 10), None),
        ([at(10)], at(19, 8), None),
        ([at(10)], at(19), 1),
        ([at(10)], at(26), 1),  # of two that are due, one leaves
        ([at(10), at(26)], at(27), None),
        ([at(10), at(19)], at(24), None),
        ([at(10), at(19)], at(25), 2),
        ([at(10), at(19), at(25)], at(28), None),
        ([at(12), at(13), at(14)], at(28), None),  # the days were changed: two reminders at most all the same
    ],
)
def test_each_letter_is_due_once(sent: list[datetime], now: datetime, number: int | None) -> None:
    assert due_letter(MOMENTS, sent, now) == number


def test_a_milestone_without_days_has_no_letters() -> None:
    assert due_letter([], [], at(10)) is None


def test_during_the_promotion_its_eigs_and_mentors_are_asked_afterwards_the_mentors_first() -> None:
    during = {Role.EIG, Role.MENTOR}
    assert (
        roles_asked(0, ended=False, mentor_reached=True) == roles_asked(2, ended=False, mentor_reached=True) == during
    )
    assert roles_asked(0, ended=True, mentor_reached=True) == {Role.MENTOR}
    everybody = {Role.EIG, Role.MENTOR, Role.ALUMNI}
    assert roles_asked(0, ended=True, mentor_reached=False) == everybody
    assert roles_asked(1, ended=True, mentor_reached=True) == everybody
