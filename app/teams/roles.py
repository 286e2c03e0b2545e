"""What a member is in a promotion. Values only."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a member is in a promotion."""

    EIG = "eig"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"
    ALUMNI = "alumni"


def belongs(day: date, joined_on: date | None, left_on: date | None) -> bool:
    """Whether somebody who joined and left on those days (None: at the promotion's own) belongs to it on `day`."""
    return (joined_on is None or joined_on <= day) and (left_on is None or day <= left_on)
