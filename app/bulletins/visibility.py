"""Who may see the bulletins of a week before its digest is issued. Values in, values out (DESIGN: who may do what)."""

from __future__ import annotations

from enum import StrEnum

from app.weeks import WeekState


class Sight(StrEnum):
    """What a member sees of a week's bulletins."""

    ALL = "all"
    WHO_HAS_WRITTEN = "who_has_written"
    OWN_TEAM = "own_team"


def sight(state: WeekState, *, coordinates: bool) -> Sight:
    """Everything once issued; before, one's own team; the coordination sees who wrote, and the texts once closed."""
    if state is WeekState.ISSUED or (coordinates and state is WeekState.CLOSED):
        return Sight.ALL
    return Sight.WHO_HAS_WRITTEN if coordinates else Sight.OWN_TEAM
