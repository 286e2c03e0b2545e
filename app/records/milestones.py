"""The milestones of a promotion: mid-term, its end, N months after. Values in, values out."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

MID, END = "mid", "end"
AFTER = re.compile(r"after-([1-9]\d{0,2})", re.ASCII)


class MilestoneState(StrEnum):
    """Whether the teams may answer."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


def milestone_state(opens_on: date | None, closes_on: date | None, today: date) -> MilestoneState:
    """Return whether the teams may answer on `today`, a day of the promotion's zone; both days are within.

    Without days, the milestone was imported only: closed.
    """
    if opens_on is None or closes_on is None or today > closes_on:
        return MilestoneState.CLOSED
    return MilestoneState.OPEN if today >= opens_on else MilestoneState.PLANNED


def is_milestone(key: str) -> bool:
    """Return whether it is the key of a milestone: `mid`, `end`, or `after-N`, N months after the end."""
    return key in {MID, END} or is_after_the_end(key)


def parse_milestone(text: str) -> str:
    """Return the key of a milestone. Raises ValueError."""
    key = text.strip()
    if is_milestone(key):
        return key
    raise ValueError(f"“{text}” is no milestone; known: mid, end, and after-N, such as after-6 or after-16")


def months_after(key: str) -> int | None:
    """Return how many months after the end the milestone is; None for mid-term and the end."""
    after = AFTER.fullmatch(key)
    return int(after[1]) if after else None


def is_after_the_end(key: str) -> bool:
    """Return whether the milestone comes months after the end."""
    return months_after(key) is not None


def milestone_order(key: str) -> tuple[int, int]:
    """Return what sorts milestones by time."""
    months = months_after(key)
    return (2, months) if months else ([MID, END].index(key), 0)
