"""The roles of a member in a promotion, and when they belong to it. Values in, values out."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a member is in a promotion."""

    EIG = "eig"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"
    ALUMNI = "alumni"


REMINDED_ROLES = frozenset({Role.EIG, Role.MENTOR})  # of a team that has not written


def shown_role(role: Role, *, ended: bool) -> Role:
    """Return what a member with `role` is called; `ended`: the promotion has, and its EIGs are alumni, who read only.

    As whom somebody is counted, and most of what they may still do, goes by the role itself.
    """
    return Role.ALUMNI if ended and role is Role.EIG else role


def belongs(day: date, joined_on: date | None, left_on: date | None) -> bool:
    """Return whether somebody belongs to a promotion on `day`; None means the promotion's first or last day."""
    return (joined_on is None or joined_on <= day) and (left_on is None or day <= left_on)
