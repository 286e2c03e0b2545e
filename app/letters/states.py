"""The states of a letter, why one fails, what is recorded of it, what comes back and what may be done. Values."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """The state of a letter: queued → claimed (a lease) → submitting → sent | deferred | failed | unknown."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SUBMITTING = "submitting"
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why a letter failed."""

    REFUSED = "refused"  # by the relay, with a 5xx
    GIVEN_UP = "given_up"  # its time was over
    BAD_ADDRESS = "bad_address"  # no relay could be asked
    SUPPRESSED = "suppressed"  # the address bounced for good since the letter was written
    PERSON_GONE = "person_gone"  # deleted since the letter was written
    WITHHELD = "withheld"  # by the kind itself, which says why
    UNSUBSCRIBED = "unsubscribed"  # since the letter was written: the coordination sees how many, never who
    UNREADABLE = "unreadable"  # an error of our own while the message was built


UNWANTED = frozenset({Reason.PERSON_GONE, Reason.WITHHELD, Reason.UNSUBSCRIBED})  # nothing went wrong


class EventType(StrEnum):
    """What an event of a letter records."""

    DEFERRED = "deferred"
    FAILED = "failed"
    RELAY_FAULT = "relay_fault"
    INTERRUPTED = "interrupted"  # between `submitting` and its outcome: whether it left is unknown
    QUEUED_AGAIN = "queued_again"
    TOO_LATE = "too_late"  # an outcome from a worker that had lost the letter
    RETRIED = "retried"
    TAKEN_AS_SENT = "taken_as_sent"
    BOUNCED = "bounced"


class BounceVerdict(StrEnum):
    """What something that came back means for the address to which the letter was sent."""

    GONE = "gone"  # there is no such mailbox, or no such domain
    UNDECIDED = "undecided"  # refused for good, and nothing tells why
    INNOCENT = "innocent"  # full, slow, or refused for what was sent or who sent it
    OTHER_ADDRESS = "other_address"  # about one to which ours forwards, or to which nothing was sent
    COMPLAINT = "complaint"  # its reader called the letter unwanted (RFC 5965)
    AUTOMATIC_ANSWER = "automatic_answer"  # out of office (RFC 3834)


class AdminAction(StrEnum):
    """What the coordination does with the letters of a mailing, or with a suppressed address."""

    PAUSE = "pause"
    RESUME = "resume"
    RETRY = "retry"
    SEND_AGAIN = "send_again"
    TAKE_AS_SENT = "take_as_sent"
    LIFT = "lift"
    SUPPRESS = "suppress"  # what the brake had kept back
    SPARE = "spare"  # the same, decided otherwise
