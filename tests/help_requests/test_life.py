"""Who may offer help on a call, and what an offer makes of it."""

from __future__ import annotations

import pytest

from app.help_requests.life import LIVE, HelpState, NoOffer, after_offer, why_no_offer


@pytest.mark.parametrize("state", sorted(LIVE))
def test_another_team_may_offer_help_on_a_call_that_was_told_and_still_calls(state: HelpState) -> None:
    assert why_no_offer(state, own_team=False, told=True, reads_only=False) is None


@pytest.mark.parametrize("state", sorted(set(HelpState) - LIVE))
def test_nobody_offers_help_on_a_call_that_calls_no_more(state: HelpState) -> None:
    assert why_no_offer(state, own_team=False, told=True, reads_only=False) is NoOffer.CLOSED


@pytest.mark.parametrize("state", HelpState)
@pytest.mark.parametrize("told", [True, False])
def test_ones_own_team_is_helped_without_a_letter(state: HelpState, *, told: bool) -> None:
    assert why_no_offer(state, own_team=True, told=told, reads_only=False) is NoOffer.OWN_TEAM


@pytest.mark.parametrize("state", HelpState)
@pytest.mark.parametrize("reads_only", [True, False])
def test_a_call_that_no_digest_told_does_not_exist_for_others(state: HelpState, *, reads_only: bool) -> None:
    assert why_no_offer(state, own_team=False, told=False, reads_only=reads_only) is NoOffer.NOT_TOLD


def test_alumni_read_only() -> None:
    assert why_no_offer(HelpState.OPEN, own_team=False, told=True, reads_only=True) is NoOffer.READS_ONLY


@pytest.mark.parametrize("state", HelpState)
def test_an_offer_opens_the_offered_stretch_of_a_call_and_changes_nothing_else(state: HelpState) -> None:
    assert after_offer(state) is (HelpState.OFFERED if state is HelpState.OPEN else state)
