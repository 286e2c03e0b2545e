"""What becomes of a letter after a try: its next state, when it is due again, what is remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.letters.outcomes import Outcome, Verdict
from app.letters.states import Reason, State, What

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))  # then as long as the last
FAULTS_FORGIVEN = 10  # tries begun; a letter on which the relay stumbles every time must not hold up the others


@dataclass(frozen=True, slots=True)
class Try:
    """One try at sending: the `attempts`-th, after `deferrals` answers "later"."""

    attempts: int
    deferrals: int
    gives_up_at: datetime


@dataclass(frozen=True, slots=True)
class Settlement:
    """The letter after the try. `events` are what is worth remembering; none for a letter that just left."""

    state: State
    due_at: datetime
    deferrals: int
    reason: Reason | None = None
    events: tuple[What, ...] = ()


def settle(outcome: Outcome, this: Try, now: datetime, *, send_again: bool) -> Settlement:
    """What becomes of the letter. `send_again` is the policy for a letter of which nobody knows whether it left."""
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return Settlement(State.SENT, now, this.deferrals)
        case Verdict.REFUSED:
            return Settlement(State.FAILED, now, this.deferrals, Reason.REFUSED, (What.FAILED,))
        case Verdict.UNKNOWN | Verdict.INTERRUPTED:
            return _settle_unknown(outcome.verdict, this, now, send_again=send_again)
        case Verdict.RELAY_FAULT if this.attempts < FAULTS_FORGIVEN:
            return Settlement(State.QUEUED, now, this.deferrals, events=(What.RELAY_FAULT,))
        case _:
            return _defer(this, now)


def due_again(deferrals: int, gives_up_at: datetime, now: datetime) -> datetime:
    """When to try again after that many answers "later"; the last try is at the moment of giving up."""
    return min(now + WAITS[min(deferrals, len(WAITS) - 1)], max(gives_up_at, now))


def _defer(this: Try, now: datetime) -> Settlement:
    if now >= this.gives_up_at:
        return Settlement(State.FAILED, now, this.deferrals, Reason.GIVEN_UP, (What.FAILED,))
    due = due_again(this.deferrals, this.gives_up_at, now)
    return Settlement(State.DEFERRED, due, this.deferrals + 1, events=(What.DEFERRED,))


def _settle_unknown(verdict: Verdict, this: Try, now: datetime, *, send_again: bool) -> Settlement:
    """A killed worker costs no wait; a relay that took the letter and fell silent gets time to recover."""
    if not send_again or now >= this.gives_up_at:
        return Settlement(State.UNKNOWN, now, this.deferrals, events=(What.INTERRUPTED,))
    events = (What.INTERRUPTED, What.QUEUED_AGAIN)
    if verdict is Verdict.INTERRUPTED:
        return Settlement(State.QUEUED, now, this.deferrals, events=events)
    due = due_again(this.deferrals, this.gives_up_at, now)
    return Settlement(State.QUEUED, due, this.deferrals + 1, events=events)
