"""How long a call for help stands in the digests."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.help_requests.standing import last_week, stands_in
from app.weeks import Week

W10 = Week.parse("2019-W10")
weeks = st.integers(-60, 60).map(lambda ahead: W10 + ahead)


@pytest.mark.parametrize(
    ("week", "stands"),
    [("2019-W09", False), ("2019-W10", True), ("2019-W11", True), ("2019-W12", True), ("2019-W13", False)],
)
def test_a_call_stands_in_three_digests(week: str, stands: bool) -> None:
    assert stands_in(Week.parse(week), told=W10, renewed=W10) is stands


@pytest.mark.parametrize(("week", "stands"), [("2019-W13", True), ("2019-W15", True), ("2019-W16", False)])
def test_a_renewed_call_stands_in_three_more(week: str, stands: bool) -> None:
    assert stands_in(Week.parse(week), told=W10, renewed=Week.parse("2019-W13")) is stands


def test_a_call_that_came_late_stands_in_three_digests_from_the_one_that_told_it() -> None:
    made, told = W10, W10.next
    assert [stands_in(told + ahead, told, made) for ahead in range(4)] == [True, True, True, False]


def test_a_call_renewed_before_a_late_digest_stands_in_it() -> None:
    assert stands_in(Week.parse("2019-W12"), told=W10, renewed=Week.parse("2019-W13"))


def test_a_call_counts_its_weeks_over_new_year() -> None:
    assert last_week(Week.parse("2026-W52"), Week.parse("2026-W51")) == Week.parse("2027-W01")


@given(weeks, weeks, weeks)
def test_renewing_never_shortens_and_nothing_is_told_before_its_time(week: Week, told: Week, renewed: Week) -> None:
    if stands_in(week, told, told):
        assert stands_in(week, told, renewed)
    assert not (week < told and stands_in(week, told, renewed))
