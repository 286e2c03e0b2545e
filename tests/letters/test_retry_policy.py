"""What becomes of a letter after a try."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.letters.retry_policy import (
    FREE_ATTEMPTS,
    Attempt,
    Outcome,
    Verdict,
    next_state,
    outcome_of_content_reply,
    outcome_of_refusal,
    relay_fault,
)
from app.letters.states import EventType, Reason, State

NOW = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
GIVES_UP = NOW + timedelta(hours=72)


def minutes_until_due(deferrals: int, gives_up_at: datetime = GIVES_UP) -> float:
    transition = next_state(Outcome(Verdict.DEFERRED), Attempt(1, deferrals, gives_up_at), NOW, send_again=True)
    assert transition.state is State.DEFERRED
    assert transition.deferrals == deferrals + 1
    return (transition.due_at - NOW).total_seconds() / 60


@pytest.mark.parametrize(("deferrals", "minutes"), [(0, 1), (1, 5), (2, 15), (3, 60), (4, 60), (70, 60)])
def test_the_wait_grows_to_an_hour(deferrals: int, minutes: float) -> None:
    assert minutes_until_due(deferrals) == minutes


def test_the_last_try_is_at_the_moment_of_giving_up() -> None:
    assert minutes_until_due(9, gives_up_at=NOW + timedelta(minutes=20)) == 20


@pytest.mark.parametrize(("hours", "state"), [(71.99, State.DEFERRED), (72, State.FAILED), (80, State.FAILED)])
def test_a_deferred_letter_is_given_up_after_72_hours(hours: float, state: State) -> None:
    later = NOW + timedelta(hours=hours)
    transition = next_state(Outcome(Verdict.DEFERRED, 451), Attempt(80, 79, GIVES_UP), later, send_again=True)
    assert transition.state is state
    assert transition.reason is (Reason.GIVEN_UP if state is State.FAILED else None)


def test_an_accepted_letter_is_sent_and_leaves_no_event() -> None:
    transition = next_state(Outcome(Verdict.ACCEPTED, 250), Attempt(1, 0, GIVES_UP), NOW, send_again=True)
    assert (transition.state, transition.events) == (State.SENT, ())


def test_a_refused_letter_fails() -> None:
    transition = next_state(Outcome(Verdict.REFUSED, 550), Attempt(1, 0, GIVES_UP), NOW, send_again=True)
    assert (transition.state, transition.reason) == (State.FAILED, Reason.REFUSED)


def test_the_relays_fault_costs_the_letter_nothing() -> None:
    transition = next_state(relay_fault("refused"), Attempt(1, 2, GIVES_UP), NOW, send_again=True)
    assert (transition.state, transition.due_at, transition.deferrals) == (State.QUEUED, NOW, 2)


def test_a_letter_at_which_the_relay_always_fails_waits_like_a_deferred_one() -> None:
    transition = next_state(relay_fault("hung up"), Attempt(FREE_ATTEMPTS, 0, GIVES_UP), NOW, send_again=True)
    assert (transition.state, transition.due_at) == (State.DEFERRED, NOW + timedelta(minutes=1))


@pytest.mark.parametrize("verdict", [Verdict.UNKNOWN, Verdict.INTERRUPTED])
def test_at_most_once_leaves_an_interrupted_letter_to_a_person(verdict: Verdict) -> None:
    transition = next_state(Outcome(verdict), Attempt(1, 0, GIVES_UP), NOW, send_again=False)
    assert (transition.state, transition.events) == (State.UNKNOWN, (EventType.INTERRUPTED,))


def test_at_least_once_queues_a_letter_again_whose_worker_was_killed() -> None:
    transition = next_state(Outcome(Verdict.INTERRUPTED), Attempt(1, 0, GIVES_UP), NOW, send_again=True)
    assert (transition.state, transition.due_at) == (State.QUEUED, NOW)
    assert transition.events == (EventType.INTERRUPTED, EventType.QUEUED_AGAIN)


def test_at_least_once_gives_a_relay_that_fell_silent_time_to_recover() -> None:
    transition = next_state(Outcome(Verdict.UNKNOWN), Attempt(1, 1, GIVES_UP), NOW, send_again=True)
    assert (transition.state, transition.due_at) == (State.QUEUED, NOW + timedelta(minutes=5))


def test_a_letter_unknown_until_the_end_stays_unknown() -> None:
    transition = next_state(Outcome(Verdict.UNKNOWN), Attempt(1, 1, NOW), NOW, send_again=True)
    assert transition.state is State.UNKNOWN


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (421, Verdict.RELAY_FAULT),
        (450, Verdict.DEFERRED),
        (451, Verdict.DEFERRED),
        (501, Verdict.REFUSED),
        (503, Verdict.RELAY_FAULT),
        (530, Verdict.RELAY_FAULT),
        (535, Verdict.RELAY_FAULT),
        (550, Verdict.REFUSED),
        (250, Verdict.RELAY_FAULT),  # not what was hoped for
        (-1, Verdict.RELAY_FAULT),
    ],
)
def test_a_refusal_before_the_content(code: int, verdict: Verdict) -> None:
    assert outcome_of_refusal(code, "").verdict is verdict


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (250, Verdict.ACCEPTED),
        (251, Verdict.ACCEPTED),
        (354, Verdict.UNKNOWN),
        (-1, Verdict.UNKNOWN),
        (421, Verdict.RELAY_FAULT),
        (452, Verdict.DEFERRED),
        (554, Verdict.REFUSED),
    ],
)
def test_the_answer_to_the_content(code: int, verdict: Verdict) -> None:
    assert outcome_of_content_reply(code, "").verdict is verdict


def test_many_refusals_of_the_sender_are_no_members_fault() -> None:
    assert outcome_of_refusal(550, "who are you", about_sender=True).blames_relay
    assert not outcome_of_refusal(550, "no such mailbox").blames_relay
