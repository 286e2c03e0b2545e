"""Whether one team is paused: asked of the database, where a page does not have the team's pauses at hand."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.database import rows
from app.ready import Ready
from app.teams.models import Pause
from app.weeks import Week

IN_WEEK = Ready(
    select(Pause.id).where(
        Pause.team_id == bindparam("team"), bindparam("week", type_=Pause.first.type).between(Pause.first, Pause.last)
    )
)


def is_paused(team_id: int, week: Week) -> bool:
    """`Team.is_paused`, for the team with that id."""
    return bool(rows(IN_WEEK, team=team_id, week=week))
