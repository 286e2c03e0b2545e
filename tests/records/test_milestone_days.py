"""The days of a milestone: proposed, and refused where they cannot be meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.records.milestone_days import DayFault, MilestoneDays, day_faults, expected_day, propose

STARTS, ENDS = date(2019, 1, 7), date(2019, 11, 8)
DAYS = st.integers(-10, 400).map(lambda days: STARTS + timedelta(days=days)) | st.dates()
KEYS = st.sampled_from(["mid", "end"]) | st.integers(1, 120).map("after-{}".format)


def faults(key: str, day: str, opens: str | None = None, closes: str | None = None) -> dict[str, DayFault]:
    opens_on, closes_on = (date.fromisoformat(each) if each else None for each in (opens, closes))
    return dict(day_faults(key, MilestoneDays(date.fromisoformat(day), opens_on, closes_on), STARTS, ENDS))


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("mid", "2019-06-08"),
        ("end", "2019-11-08"),
        ("after-1", "2019-12-08"),
        ("after-2", "2020-01-08"),
        ("after-16", "2021-03-08"),
    ],
)
def test_a_name_says_a_day(key: str, day: str) -> None:
    assert expected_day(key, STARTS, ENDS) == date.fromisoformat(day)


def test_a_month_without_that_day_gives_its_last() -> None:
    assert expected_day("after-6", STARTS, date(2019, 8, 31)) == date(2020, 2, 29)


@given(KEYS)
def test_what_is_proposed_is_never_refused(key: str) -> None:
    days = propose(key, STARTS, ENDS, STARTS)
    assert days.opens_on
    assert list(day_faults(key, days, STARTS, ENDS)) == []


def test_no_answers_are_proposed_for_a_time_that_has_passed() -> None:
    closes = propose("mid", STARTS, ENDS, STARTS).closes_on
    assert closes
    assert propose("mid", STARTS, ENDS, closes).closes_on == closes
    assert propose("mid", STARTS, ENDS, closes + timedelta(days=1)) == MilestoneDays(date(2019, 6, 8), None, None)


@pytest.mark.parametrize(
    ("key", "days", "expected"),
    [
        ("mid", ("2019-06-08", None, None), {}),
        ("mid", ("2019-06-08", "2019-06-08", "2019-06-08"), {}),
        ("mid", ("2019-06-08", "2019-06-08", "2019-06-07"), {"closes_on": DayFault.CLOSES_FIRST}),
        ("mid", ("2019-06-08", "2019-06-08", None), {"closes_on": DayFault.MISSING}),
        ("mid", ("2019-06-08", None, "2019-06-08"), {"opens_on": DayFault.MISSING}),
        ("mid", ("2019-01-06", None, None), {"day": DayFault.OUTSIDE}),
        ("mid", ("2019-01-07", None, None), {}),
        ("mid", ("2019-11-08", None, None), {}),
        ("mid", ("2019-11-09", None, None), {"day": DayFault.OUTSIDE}),
        ("end", ("2019-11-15", None, None), {}),
        ("end", ("2020-01-09", None, None), {}),
        ("end", ("2020-01-10", None, None), {"day": DayFault.FAR}),
        ("after-6", ("2020-05-08", None, None), {}),
        ("after-6", ("2021-05-08", None, None), {"day": DayFault.FAR}),
        ("mid", ("0001-01-01", None, None), {"day": DayFault.OUTSIDE}),
        ("end", ("0001-01-01", None, None), {"day": DayFault.FAR}),
        ("mid", ("2019-06-08", "0001-01-01", "2019-06-20"), {"opens_on": DayFault.TOO_EARLY}),
        ("mid", ("2019-06-08", "2019-06-08", "9999-12-31"), {"closes_on": DayFault.LONG_AFTER}),
        ("mid", ("2019-06-08", "2019-06-08", "2019-12-08"), {}),
        ("mid", ("2019-06-08", "2019-06-08", "2019-12-09"), {"closes_on": DayFault.TOO_LONG}),
        (
            "after-16",
            ("2021-03-08", "2019-06-08", "2019-06-28"),
            {"opens_on": DayFault.LONG_BEFORE, "closes_on": DayFault.LONG_BEFORE},
        ),
        ("mid", ("9999-12-31", "2019-06-08", "2019-06-20"), {"day": DayFault.OUTSIDE}),
        (
            "end",
            ("0001-01-01", "0001-01-01", "0001-01-01"),
            {"day": DayFault.FAR, "opens_on": DayFault.TOO_EARLY, "closes_on": DayFault.TOO_EARLY},
        ),
    ],
)
def test_days_that_cannot_be_meant_are_refused_in_their_place(
    key: str, days: tuple[str, str | None, str | None], expected: dict[str, DayFault]
) -> None:
    assert faults(key, *days) == expected


@given(KEYS, DAYS, st.none() | DAYS, st.none() | DAYS)
@example("mid", date(2019, 6, 8), date(2019, 6, 1), date(2019, 6, 20))
def test_whatever_days_are_typed_each_has_one_answer(
    key: str, day: date, opens: date | None, closes: date | None
) -> None:
    found = list(day_faults(key, MilestoneDays(day, opens, closes), STARTS, ENDS))
    assert len({name for name, _fault in found}) == len(found)
    if not found and opens and closes:
        assert STARTS <= opens <= closes
