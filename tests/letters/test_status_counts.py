"""How the letters of a mailing are counted, and which actions would change something: as values."""

from __future__ import annotations

import pytest

from app.letters.mailing_status import StatusCounts
from app.letters.states import AdminAction, Reason, State

EVERY_ACTION = tuple(action for action in AdminAction if action is not AdminAction.LIFT)


def test_letters_in_a_workers_hands_count_as_queued() -> None:
    rows = [(state, None, 1) for state in State]
    assert StatusCounts.of(rows) == StatusCounts(sent=1, queued=3, deferred=1, failed=1, unknown=1)
    assert StatusCounts.of(rows).total == len(State)


def test_failed_letters_are_counted_whatever_their_reason_and_two_sorts_apart() -> None:
    counts = StatusCounts.of((State.FAILED, reason, 2) for reason in Reason)
    assert counts == StatusCounts(failed=2 * len(Reason), unsubscribed=2, gone=2)


def test_a_reason_of_an_earlier_failure_counts_nothing() -> None:
    assert StatusCounts.of([(State.SENT, Reason.UNSUBSCRIBED, 1)]) == StatusCounts(sent=1)


@pytest.mark.parametrize(
    ("counts", "paused", "actions"),
    [
        (StatusCounts(), False, set()),
        (StatusCounts(sent=5), False, set()),
        (StatusCounts(sent=5, queued=1), False, {AdminAction.PAUSE}),
        (StatusCounts(queued=1), True, {AdminAction.RESUME}),
        (StatusCounts(sent=1), True, {AdminAction.RESUME}),
        (StatusCounts(deferred=1), False, {AdminAction.PAUSE, AdminAction.RETRY}),
        (StatusCounts(failed=1), False, {AdminAction.RETRY}),
        (StatusCounts(failed=2, unsubscribed=1, gone=1), False, set()),
        (StatusCounts(failed=3, unsubscribed=1, gone=1), False, {AdminAction.RETRY}),
        (StatusCounts(unknown=1), False, {AdminAction.SEND_AGAIN, AdminAction.TAKE_AS_SENT}),
    ],
)
def test_only_actions_that_would_do_something_are_offered(
    counts: StatusCounts, paused: bool, actions: set[AdminAction]
) -> None:
    assert {action for action in EVERY_ACTION if counts.may(action, paused=paused)} == actions


@pytest.mark.parametrize(
    ("counts", "held_up"),
    [
        (StatusCounts(queued=3), False),
        (StatusCounts(deferred=1), True),
        (StatusCounts(deferred=1, queued=3, failed=1), True),
        (StatusCounts(deferred=1, sent=1), False),
        (StatusCounts(deferred=1, unknown=1), False),
    ],
)
def test_letters_are_held_up_when_all_hear_later_and_none_was_taken(counts: StatusCounts, held_up: bool) -> None:
    assert counts.is_held_up is held_up
