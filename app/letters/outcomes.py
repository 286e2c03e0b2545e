"""What came of offering a letter to the relay, by its answer and by how far it had got."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

POSITIVE, LATER, NEVER = 2, 4, 5  # the first figure of a reply code (RFC 5321 §4.2.1)
CLOSING = 421  # "service not available, closing transmission channel", at any moment
NOT_THE_MEMBER = frozenset({503, 530, 534, 535, 538})  # out of sequence, sign-in wanted or refused (RFC 4954)


class Verdict(StrEnum):
    """What came of one try."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # 4xx: later
    REFUSED = "refused"  # 5xx: never
    RELAY_FAULT = "relay_fault"  # not asked, or not answered: nothing was sent, and the member has no part in it
    UNKNOWN = "unknown"  # the last byte was sent, the answer never came
    INTERRUPTED = "interrupted"  # the worker disappeared between `submitting` and its outcome


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, with the relay's code and words where there are some.

    `blames_relay`: many of these in a row are the relay's trouble or ours with it, whoever the letters are for.
    """

    verdict: Verdict
    code: int | None = None
    text: str = ""
    blames_relay: bool = False


def relay_fault(text: str, code: int | None = None) -> Outcome:
    """Nothing was sent, and the relay is to blame."""
    return Outcome(Verdict.RELAY_FAULT, code, text, blames_relay=True)


def is_positive(code: int) -> bool:
    """Whether a reply code says yes, done."""
    return code // 100 == POSITIVE


def judge_refusal(code: int, text: str, *, about_sender: bool = False) -> Outcome:
    """The outcome of an answer other than the one hoped for, given before the content was sent.

    `code` is an SMTP reply code; whatever is neither 4xx nor 5xx (smtplib says -1) is the relay's fault.
    """
    if code == CLOSING or code in NOT_THE_MEMBER or code // 100 not in {LATER, NEVER}:
        return relay_fault(text, code)
    verdict = Verdict.DEFERRED if code // 100 == LATER else Verdict.REFUSED
    return Outcome(verdict, code, text, blames_relay=about_sender)


def judge_answer(code: int, text: str) -> Outcome:
    """The outcome of the answer to the whole content: only 2xx takes it over, an odd one leaves everything open."""
    if is_positive(code):
        return Outcome(Verdict.ACCEPTED, code, text)
    if code // 100 not in {LATER, NEVER}:
        return Outcome(Verdict.UNKNOWN, code, text, blames_relay=True)
    return judge_refusal(code, text)
