"""The life of a confidential word, and how long it is kept. Values in, values out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

LIMIT = 5_000  # code points
KEPT_AFTER_CLOSING = timedelta(days=30)
KEPT_AFTER_PROMOTION = timedelta(days=90)


class WordState(StrEnum):
    """open → answered → closed; an open one may be closed without a letter, after a talk."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


def may_answer(state: WordState) -> bool:
    """Whether a letter may still go to its author: one answer, then the two write to each other."""
    return state is WordState.OPEN


def closed_before(now: datetime) -> datetime:
    """Words closed before this moment are erased at `now`."""
    return now - KEPT_AFTER_CLOSING


def ended_before(today: date) -> date:
    """Words of promotions that ended before this day are erased on `today`, whatever their state."""
    return today - KEPT_AFTER_PROMOTION
