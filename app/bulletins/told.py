"""Bulletins as they are read on the site: what `bulletins/_told.html` shows of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.moods import Mood
from app.bulletins.visibility import Sight
from app.database import db
from app.teams.models import Membership, Team
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class BulletinOfWeek:
    """All that the page of a week shows of one bulletin."""

    team_name: str
    team_slug: str
    mood: Mood
    late: bool
    priorities_html: str
    ups_and_downs_html: str
    help_html: str
    key_day: date | None
    key_text: str | None


def told_in_week(membership: Membership, week: Week, sees: Sight) -> tuple[BulletinOfWeek, ...]:
    """The week's bulletins that the member may read, by team."""
    query = (
        select(
            Team.name,
            Team.slug,
            Bulletin.mood,
            Bulletin.late,
            Bulletin.priorities_html,
            Bulletin.ups_and_downs_html,
            Bulletin.help_html,
            KeyDate.day,
            KeyDate.text,
        )
        .join(Bulletin.team)
        .outerjoin(Bulletin.key_date)
        .where(Team.promotion_id == membership.promotion_id, Bulletin.week == week)
        .order_by(Team.key)
    )
    if sees is not Sight.ALL:
        query = query.where(Team.id == membership.team_id)
    return tuple(BulletinOfWeek(*row) for row in db.session.execute(query))


def told_by_team(team: Team) -> list[Bulletin]:
    """All that the team has told, newest first, whoever may read it."""
    query = select(Bulletin).options(joinedload(Bulletin.key_date)).where(Bulletin.team_id == team.id)
    return list(db.session.scalars(query.order_by(Bulletin.week.desc())))
