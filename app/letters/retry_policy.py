"""What the relay's reply means for a letter, and what becomes of the letter then: a pure state machine."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.letters.states import EventType, Reason, State

POSITIVE, TEMPORARY, PERMANENT = 2, 4, 5  # the first digit of a reply code (RFC 5321 §4.2.1)
CLOSING = 421  # "service not available, closing transmission channel", at any moment
NOT_ABOUT_THE_LETTER = frozenset({503, 530, 534, 535, 538})  # out of sequence, sign-in wanted or refused (RFC 4954)
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))  # then as long as the last
SEVERAL = 3  # refusals of one kind in a row: the relay refuses us, not these recipients
ABOUT_US = re.compile(  # a policy code (RFC 3463 §3.8), or a relay that will not relay
    r"5\.7\.\d{1,3}\b|.*\brelay(?:ing)?\b.*\b(?:denied|refused|prohibited|not (?:permitted|allowed))", re.IGNORECASE
)
FREE_ATTEMPTS = 10  # a letter at which the relay fails every time must not delay the others


class Verdict(StrEnum):
    """The result of one attempt."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # 4xx
    REFUSED = "refused"  # 5xx
    RELAY_FAULT = "relay_fault"  # not asked, or not answered: nothing was sent, and the recipient has no part in it
    UNKNOWN = "unknown"  # the last byte was sent, the reply never came
    INTERRUPTED = "interrupted"  # the worker disappeared between `submitting` and its outcome


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, with the relay's code and text where there are some.

    `blames_relay`: many of these in a row mean that the relay is in trouble, or we with it, whatever the recipients.
    `doubtful`: it may have refused us or the recipient; that says nothing yet about how the relay is.
    """

    verdict: Verdict
    code: int | None = None
    text: str = ""
    blames_relay: bool = False
    doubtful: bool = False

    @property
    def reply(self) -> str:
        """The relay's code and text in one line."""
        return f"{self.code or ''} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Attempt:
    """The `number`-th attempt at sending a letter, after `deferrals` temporary refusals."""

    number: int
    deferrals: int
    gives_up_at: datetime


@dataclass(frozen=True, slots=True)
class Transition:
    """The letter after the attempt. `events` are to be logged; none for a letter that was accepted."""

    state: State
    due_at: datetime
    deferrals: int
    reason: Reason | None = None
    events: tuple[EventType, ...] = ()


def relay_fault(text: str, code: int | None = None) -> Outcome:
    """Return the outcome of an attempt at which nothing was sent, and the relay is to blame."""
    return Outcome(Verdict.RELAY_FAULT, code, text, blames_relay=True)


def is_positive(code: int) -> bool:
    """Return whether a reply code is 2xx."""
    return code // 100 == POSITIVE


def outcome_of_refusal(code: int, text: str, *, about_sender: bool = False) -> Outcome:
    """Return the outcome of a reply other than the one expected, given before the content was sent.

    `code` is an SMTP reply code; whatever is neither 4xx nor 5xx (smtplib says -1) is the relay's fault.
    """
    if code == CLOSING or code in NOT_ABOUT_THE_LETTER or code // 100 not in {TEMPORARY, PERMANENT}:
        return relay_fault(text, code)
    verdict = Verdict.DEFERRED if code // 100 == TEMPORARY else Verdict.REFUSED
    return Outcome(verdict, code, text, blames_relay=about_sender)


def outcome_of_content_reply(code: int, text: str) -> Outcome:
    """Return the outcome of the reply to the whole content: only 2xx accepts it, an unexpected one says nothing."""
    if is_positive(code):
        return Outcome(Verdict.ACCEPTED, code, text)
    if code // 100 not in {TEMPORARY, PERMANENT}:
        return Outcome(Verdict.UNKNOWN, code, text, blames_relay=True)
    return outcome_of_refusal(code, text)


def kind_of_refusal(outcome: Outcome) -> str | None:
    """Return what refusals have in common that may be about us and not about their recipients; None for any other.

    That is a policy code, as in « 554 5.7.1 Relay access denied », or a sender that is not taken.
    """
    if outcome.verdict is not Verdict.REFUSED:
        return None
    if ABOUT_US.match(outcome.text):
        return outcome.text.split(" ", maxsplit=1)[0]
    return f"{outcome.code} to the sender" if outcome.blames_relay else None


def give_benefit_of_doubt(outcome: Outcome, in_a_row: int, *, others_accepted: bool, asked_before: bool) -> Outcome:
    """Return what to make of a refusal that may be about us: the `in_a_row`-th of its kind.

    A few defer their letters; from several on they blame the relay, and cost the letter nothing. `others_accepted`
    since it was queued: then several defer it as well, since it may be about these recipients after all, and a single
    one fails a letter that was `asked_before`. A refused sender blames the relay from the first one on, and fails its
    letter until there are several.
    """
    if in_a_row >= SEVERAL:
        verdict = Verdict.DEFERRED if others_accepted else Verdict.RELAY_FAULT
        return replace(outcome, verdict=verdict, blames_relay=True)
    if outcome.blames_relay or (others_accepted and asked_before):
        return outcome
    return replace(outcome, verdict=Verdict.DEFERRED, doubtful=True)


def next_state(outcome: Outcome, attempt: Attempt, now: datetime, *, send_again: bool) -> Transition:
    """Return what becomes of the letter. `send_again` is the policy for one that may have left or not."""
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return Transition(State.SENT, now, attempt.deferrals)
        case Verdict.REFUSED:
            return Transition(State.FAILED, now, attempt.deferrals, Reason.REFUSED, (EventType.FAILED,))
        case Verdict.UNKNOWN | Verdict.INTERRUPTED:
            return _after_interruption(outcome.verdict, attempt, now, send_again=send_again)
        case Verdict.RELAY_FAULT if attempt.number < FREE_ATTEMPTS:
            return Transition(State.QUEUED, now, attempt.deferrals, events=(EventType.RELAY_FAULT,))
        case _:
            return _deferred(attempt, now)


def _deferred(attempt: Attempt, now: datetime) -> Transition:
    if now >= attempt.gives_up_at:
        return Transition(State.FAILED, now, attempt.deferrals, Reason.GIVEN_UP, (EventType.FAILED,))
    return Transition(State.DEFERRED, _due_again(attempt, now), attempt.deferrals + 1, events=(EventType.DEFERRED,))


def _after_interruption(verdict: Verdict, attempt: Attempt, now: datetime, *, send_again: bool) -> Transition:
    """A killed worker costs no wait; a relay that took the letter and fell silent gets time to recover."""
    if not send_again or now >= attempt.gives_up_at:
        return Transition(State.UNKNOWN, now, attempt.deferrals, events=(EventType.INTERRUPTED,))
    events = (EventType.INTERRUPTED, EventType.QUEUED_AGAIN)
    if verdict is Verdict.INTERRUPTED:
        return Transition(State.QUEUED, now, attempt.deferrals, events=events)
    return Transition(State.QUEUED, _due_again(attempt, now), attempt.deferrals + 1, events=events)


def _due_again(attempt: Attempt, now: datetime) -> datetime:
    """Return when to try again: the wait grows with the deferrals; the last attempt is at the moment of giving up."""
    wait = WAITS[min(attempt.deferrals, len(WAITS) - 1)]
    return min(now + wait, max(attempt.gives_up_at, now))
