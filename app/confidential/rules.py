"""The rules of a confidential message: its states, its longest text, how long it is stored. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

MESSAGE_LIMIT = 5_000  # code points, of a message and of its answer
MESSAGES_PER_MEMBER = "10 per day"
TOLD_AGAIN_AFTER = timedelta(days=1)
STORED_AFTER_CLOSING = timedelta(days=30)
STORED_AFTER_PROMOTION = timedelta(days=90)


class MessageState(StrEnum):
    """open → answered → closed; an open one may be closed without a letter, after a talk."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


def may_answer(state: MessageState) -> bool:
    """Return whether a letter may still go to the author: one answer, then the two write to each other."""
    return state is MessageState.OPEN


def told_before(now: datetime) -> datetime:
    """Return the moment such that a letter of that moment or before no longer spares the coordination another one."""
    return now - TOLD_AGAIN_AFTER


def closed_before(now: datetime) -> datetime:
    """Return the moment such that messages closed before it are erased at `now`."""
    return now - STORED_AFTER_CLOSING


def ended_before(today: date) -> date:
    """Return the day such that all messages in promotions that ended before it are erased on `today`."""
    return today - STORED_AFTER_PROMOTION
