"""The rules of a call for help: who may offer, see and close; how many digests publish it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.help_requests.rules import (
    LIVE,
    HelpState,
    OfferRefusal,
    is_published_in,
    last_published_week,
    may_close,
    may_see,
    offer_refusal,
    state_after_offer,
)
from app.weeks import Week

W10 = Week.parse("2019-W10")
weeks = st.integers(-60, 60).map(lambda ahead: W10 + ahead)


@pytest.mark.parametrize("state", sorted(LIVE))
def test_another_team_may_offer_help_on_a_live_call_that_was_published(state: HelpState) -> None:
    assert offer_refusal(state, own_team=False, published=True, reads_only=False, ended=False) is None


@pytest.mark.parametrize("state", sorted(set(HelpState) - LIVE))
def test_nobody_offers_help_on_a_closed_call(state: HelpState) -> None:
    assert offer_refusal(state, own_team=False, published=True, reads_only=False, ended=False) is OfferRefusal.CLOSED


@pytest.mark.parametrize("state", HelpState)
@pytest.mark.parametrize("published", [True, False])
def test_ones_own_team_is_helped_without_a_letter(state: HelpState, *, published: bool) -> None:
    assert (
        offer_refusal(state, own_team=True, published=published, reads_only=False, ended=False) is OfferRefusal.OWN_TEAM
    )


@pytest.mark.parametrize("state", HelpState)
@pytest.mark.parametrize("reads_only", [True, False])
def test_a_call_that_no_digest_published_does_not_exist_for_others(state: HelpState, *, reads_only: bool) -> None:
    assert (
        offer_refusal(state, own_team=False, published=False, reads_only=reads_only, ended=False)
        is OfferRefusal.NOT_PUBLISHED
    )


def test_nobody_waits_for_help_once_the_promotion_has_ended() -> None:
    refused = offer_refusal(HelpState.OPEN, own_team=False, published=True, reads_only=False, ended=True)
    assert refused is OfferRefusal.ENDED


def test_alumni_read_only() -> None:
    assert (
        offer_refusal(HelpState.OPEN, own_team=False, published=True, reads_only=True, ended=False)
        is OfferRefusal.READS_ONLY
    )


@pytest.mark.parametrize("state", HelpState)
def test_an_offer_makes_an_open_call_offered_and_changes_nothing_else(state: HelpState) -> None:
    assert state_after_offer(state) is (HelpState.OFFERED if state is HelpState.OPEN else state)


@pytest.mark.parametrize(
    ("own_team", "published", "sees"),
    [(True, True, True), (True, False, True), (False, True, True), (False, False, False)],
)
def test_a_call_is_seen_by_its_team_and_once_published_by_all(*, own_team: bool, published: bool, sees: bool) -> None:
    assert may_see(own_team=own_team, published=published) is sees


@pytest.mark.parametrize(
    ("own_team", "reads_only", "coordinates", "closes"),
    [
        (True, False, False, True),
        (True, True, False, False),
        (False, False, False, False),
        (False, True, False, False),
        (False, False, True, True),
        (True, True, True, True),
    ],
)
def test_its_team_and_the_coordination_close_a_call(
    *, own_team: bool, reads_only: bool, coordinates: bool, closes: bool
) -> None:
    assert may_close(own_team=own_team, reads_only=reads_only, coordinates=coordinates) is closes


@pytest.mark.parametrize(
    ("week", "expected"),
    [("2019-W09", False), ("2019-W10", True), ("2019-W11", True), ("2019-W12", True), ("2019-W13", False)],
)
def test_a_call_stands_in_three_digests(week: str, expected: bool) -> None:
    assert is_published_in(Week.parse(week), published=W10, renewed=W10) is expected


@pytest.mark.parametrize(("week", "expected"), [("2019-W13", True), ("2019-W15", True), ("2019-W16", False)])
def test_a_renewed_call_stands_in_three_more(week: str, expected: bool) -> None:
    assert is_published_in(Week.parse(week), published=W10, renewed=Week.parse("2019-W13")) is expected


def test_a_call_that_came_late_stands_in_three_digests_from_the_one_that_published_it() -> None:
    made, published = W10, W10.next
    assert [is_published_in(published + ahead, published, made) for ahead in range(4)] == [True, True, True, False]


def test_a_call_renewed_before_a_late_digest_stands_in_it() -> None:
    assert is_published_in(Week.parse("2019-W12"), published=W10, renewed=Week.parse("2019-W13"))


def test_a_call_counts_its_weeks_over_new_year() -> None:
    assert last_published_week(Week.parse("2026-W52"), Week.parse("2026-W51")) == Week.parse("2027-W01")


@given(weeks, weeks, weeks)
def test_renewing_never_shortens_and_nothing_comes_before_its_time(week: Week, published: Week, renewed: Week) -> None:
    if is_published_in(week, published, published):
        assert is_published_in(week, published, renewed)
    assert not (week < published and is_published_in(week, published, renewed))
