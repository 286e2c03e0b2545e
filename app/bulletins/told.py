"""Bulletins as they are read on the site: what `bulletins/_bulletin.html` shows of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.moods import Mood
from app.bulletins.visibility import Sight
from app.database import db
from app.teams.models import Membership, Team
from app.weeks import Week

OF_WEEK = (
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
    .where(Team.promotion_id == bindparam("promotion"), Bulletin.week == bindparam("week"))
    .order_by(Team.key)
)


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
    query = OF_WEEK if sees is Sight.ALL else OF_WEEK.where(Team.id == membership.team_id)
    found = db.session.execute(query, {"promotion": membership.promotion_id, "week": week})
    return tuple(BulletinOfWeek(*row) for row in found)


def told_by_team(team: Team) -> list[Bulletin]:
    """All that the team has told, newest first, whoever may read it."""
    query = select(Bulletin).options(joinedload(Bulletin.key_date)).where(Bulletin.team_id == team.id)
    return list(db.session.scalars(query.order_by(Bulletin.week.desc())))
