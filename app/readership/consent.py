"""Consent to automatic marking: what it can be, when it is asked for, which text was shown. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dateutil.relativedelta import relativedelta

TEXT_VERSION = 1  # of `templates/readership/_consent_text.html`: grows with every change of what its words mean
ASKED_AGAIN_AFTER = 6  # months after a no


class Choice(StrEnum):
    """What a member chose; a member who has not chosen yet has no choice at all (unknown)."""

    GRANTED = "granted"
    DENIED = "denied"


class ConsentPlace(StrEnum):
    """The page on which they chose."""

    MY_WEEK = "my_week"
    DIGEST = "digest"
    ME = "me"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """A member made a choice, on a day in the promotion's zone."""

    membership: int  # its id
    day: date
    choice: Choice


def is_asked(choice: Choice | None, day: date | None, today: date) -> bool:
    """Return whether a member whose latest choice was made on `day` is asked: after none, or six months after a no."""
    if choice is None or day is None:
        return True
    return choice is Choice.DENIED and today >= day + relativedelta(months=ASKED_AGAIN_AFTER)


def granted_on(history: Iterable[ConsentEvent], day: date) -> frozenset[int]:
    """Return the ids of the memberships whose latest choice up to and on `day` was a yes.

    `history` is in the order of time.
    """
    latest = {event.membership: event.choice for event in history if event.day <= day}
    return frozenset(membership for membership, choice in latest.items() if choice is Choice.GRANTED)
