"""What a member is in a promotion. Values only."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member is in a promotion."""

    EIG = "eig"
    MENTOR = "mentor"
    COORDINATOR = "coordinator"
    ALUMNI = "alumni"
