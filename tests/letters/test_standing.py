"""How an edition's letters are counted, and which acts would do something: as values."""

from __future__ import annotations

import pytest

from app.letters.standing import Standing
from app.letters.states import Act, Reason, State

EVERY_ACT = (Act.PAUSE, Act.RESUME, Act.RETRY, Act.SEND_AGAIN, Act.TAKE_AS_SENT)


def test_letters_in_a_workers_hands_count_as_queued() -> None:
    rows = [(state, None, 1) for state in State]
    assert Standing.of(rows) == Standing(sent=1, queued=3, deferred=1, failed=1, unknown=1)
    assert Standing.of(rows).total == len(State)


def test_failed_letters_are_counted_whatever_their_reason_and_two_sorts_apart() -> None:
    counts = Standing.of((State.FAILED, reason, 2) for reason in Reason)
    assert counts == Standing(failed=2 * len(Reason), unsubscribed=2, gone=2)


def test_a_reason_of_an_earlier_failure_counts_nothing() -> None:
    assert Standing.of([(State.SENT, Reason.UNSUBSCRIBED, 1)]) == Standing(sent=1)


@pytest.mark.parametrize(
    ("counts", "paused", "acts"),
    [
        (Standing(), False, set()),
        (Standing(sent=5), False, set()),
        (Standing(sent=5, queued=1), False, {Act.PAUSE}),
        (Standing(queued=1), True, {Act.RESUME}),
        (Standing(sent=1), True, {Act.RESUME}),
        (Standing(deferred=1), False, {Act.PAUSE, Act.RETRY}),
        (Standing(failed=1), False, {Act.RETRY}),
        (Standing(failed=2, unsubscribed=1, gone=1), False, set()),
        (Standing(failed=3, unsubscribed=1, gone=1), False, {Act.RETRY}),
        (Standing(unknown=1), False, {Act.SEND_AGAIN, Act.TAKE_AS_SENT}),
    ],
)
def test_only_acts_that_would_do_something_are_offered(counts: Standing, paused: bool, acts: set[Act]) -> None:
    assert {act for act in EVERY_ACT if counts.may(act, paused=paused)} == acts


@pytest.mark.parametrize(
    ("counts", "held_up"),
    [
        (Standing(queued=3), False),
        (Standing(deferred=1), True),
        (Standing(deferred=1, queued=3, failed=1), True),
        (Standing(deferred=1, sent=1), False),
        (Standing(deferred=1, unknown=1), False),
    ],
)
def test_letters_are_held_up_when_all_hear_later_and_none_was_taken(counts: Standing, held_up: bool) -> None:
    assert counts.held_up is held_up
