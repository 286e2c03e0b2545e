"""The rules of a change of address: how long its links work. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

CONFIRMED_WITHIN = timedelta(days=1)
REFUSED_WITHIN = timedelta(days=7)
AGAIN_AFTER = timedelta(minutes=10)  # the same request before that sends no second letter
A_DAY = 5  # requests of one person
LETTERS_STORED_FOR = timedelta(days=30)
HISTORY_STORED_FOR = timedelta(days=365)


def may_confirm(asked_at: datetime, now: datetime) -> bool:
    """Return whether the link to the new address still works."""
    return now < asked_at + CONFIRMED_WITHIN


def may_refuse(asked_at: datetime, now: datetime) -> bool:
    """Return whether the link to the old address still works, before the change or after it."""
    return now < asked_at + REFUSED_WITHIN
