"""Before, during and after a promotion. Values in, values out."""

from __future__ import annotations

from enum import StrEnum

from app.weeks import Week


class Phase(StrEnum):
    """Where a promotion is in its time, by whole weeks: its last digest leaves in the week in which it ends."""

    BEFORE = "before"
    RUNNING = "running"
    AFTER = "after"


def phase_in(week: Week, first: Week, last: Week) -> Phase:
    """Return the phase in `week` of a promotion whose weeks are `first` to `last`."""
    if week < first:
        return Phase.BEFORE
    return Phase.AFTER if week > last else Phase.RUNNING
