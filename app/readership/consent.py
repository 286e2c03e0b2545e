"""Consent to automatic marking: what it can be, when it is asked for, which words were shown. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.readership.figures.months import months_later

TEXT_VERSION = 1  # of `templates/readership/_consent_words.html`: grows with every change of what its words mean
ASKED_AGAIN_AFTER = 6  # months after a no


class Choice(StrEnum):
    """What a member said; a member who has said nothing yet has no choice at all (unknown)."""

    GRANTED = "granted"
    DENIED = "denied"


class Place(StrEnum):
    """Where they said it."""

    MY_WEEK = "my_week"
    DIGEST = "digest"
    ME = "me"
    UNSUBSCRIBE = "unsubscribe"


class Said(NamedTuple):
    """A member made a choice, on a day of the promotion's."""

    membership: int
    day: date
    choice: Choice


def is_asked(choice: Choice | None, day: date | None, today: date) -> bool:
    """Whether the question is put before a member whose latest choice was made on `day`: never, or long ago a no."""
    if choice is None or day is None:
        return True
    return choice is Choice.DENIED and today >= months_later(day, ASKED_AGAIN_AFTER)


def granted_on(history: Iterable[Said], day: date) -> frozenset[int]:
    """The members whose latest choice up to and on `day` was a yes; `history` is in the order of time."""
    latest = {said.membership: said.choice for said in history if said.day <= day}
    return frozenset(membership for membership, choice in latest.items() if choice is Choice.GRANTED)
