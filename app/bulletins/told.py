"""Bulletins as they are read on the site, with their teams and key dates: what `bulletins/_told.html` shows."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.bulletins.models import Bulletin
from app.bulletins.visibility import Sight
from app.database import db
from app.teams.models import Membership, Team
from app.weeks import Week


def told_in_week(membership: Membership, week: Week, sees: Sight) -> list[Bulletin]:
    """The week's bulletins that the member may read, by team."""
    query = (
        select(Bulletin)
        .join(Bulletin.team)
        .options(contains_eager(Bulletin.team), joinedload(Bulletin.key_date))
        .where(Team.promotion_id == membership.promotion_id, Bulletin.week == week)
        .order_by(Team.key)
    )
    if sees is not Sight.ALL:
        query = query.where(Team.id == membership.team_id)
    return list(db.session.scalars(query))


def told_by_team(team: Team) -> list[Bulletin]:
    """All that the team has told, newest first, whoever may read it."""
    query = select(Bulletin).options(joinedload(Bulletin.key_date)).where(Bulletin.team_id == team.id)
    return list(db.session.scalars(query.order_by(Bulletin.week.desc())))
