"""What became of the calls for help."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.engagement.calls import CallLife, Delay, count_calls
from app.help_requests.rules import HelpState

OPENED = datetime(2019, 3, 6, 9, 0, tzinfo=UTC)


def life(state: HelpState, offered: float | None = None, closed: float | None = None) -> CallLife:
    """A call in `state`, offered and closed so many days after it was opened."""
    offered_at, closed_at = (None if days is None else OPENED + timedelta(days=days) for days in (offered, closed))
    return CallLife(state, OPENED, offered_at, closed_at)


def test_calls_are_counted_by_state() -> None:
    figures = count_calls([life(HelpState.OPEN), life(HelpState.OFFERED, 1), life(HelpState.OPEN)])
    assert figures.by_state[HelpState.OPEN] == 2
    assert figures.by_state[HelpState.OFFERED] == 1
    assert figures.by_state[HelpState.RESOLVED] == 0
    assert figures.total == 3


def test_the_first_offer_counts_whatever_became_of_the_call() -> None:
    calls = [life(HelpState.OFFERED, 1), life(HelpState.RESOLVED, 2, 9), life(HelpState.WITHDRAWN, 6, 7)]
    assert count_calls(calls).to_first_offer == Delay(2, 3)


def test_an_even_number_of_calls_has_a_median_between_two() -> None:
    calls = [life(HelpState.RESOLVED, closed=days) for days in (1, 2, 4, 30)]
    assert count_calls(calls).to_resolution == Delay(3, 4)


def test_a_withdrawn_call_is_closed_but_not_resolved() -> None:
    assert count_calls([life(HelpState.WITHDRAWN, closed=3)]).to_resolution == Delay(None, 0)


def test_an_imported_call_has_no_life_to_measure() -> None:
    figures = count_calls([life(HelpState.ARCHIVED, offered=1)])
    assert figures.by_state[HelpState.ARCHIVED] == 1
    assert figures.to_first_offer == Delay(None, 0)


def test_without_calls_nothing_is_said_of_days() -> None:
    figures = count_calls([])
    assert figures.total == 0
    assert (figures.to_first_offer.days, figures.to_resolution.days) == (None, None)
