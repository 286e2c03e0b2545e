"""Reading the teams of a promotion."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.database import db
from app.teams.models import Team


def find_team(promotion_id: int, slug: str) -> Team | None:
    """Return the team of the promotion with `slug`, if any."""
    return db.session.scalar(select(Team).where(Team.promotion_id == promotion_id, Team.slug == slug))


def teams_of(promotion_id: int) -> list[Team]:
    """Read every team of the promotion with its pauses, by name."""
    query = select(Team).where(Team.promotion_id == promotion_id).options(selectinload(Team.pauses)).order_by(Team.key)
    return list(db.session.scalars(query))
