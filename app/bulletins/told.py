"""Bulletins as they are read on the site: plain rows, with what `bulletins/_told.html` shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.visibility import Sight
from app.database import rows
from app.ready import Ready
from app.teams.models import Membership, Team
from app.weeks import Week

TOLD = select(
    Bulletin.week,
    Bulletin.mood,
    Bulletin.late,
    Bulletin.priorities_html,
    Bulletin.ups_and_downs_html,
    Bulletin.help_html,
    KeyDate.day.label("key_day"),
    KeyDate.text.label("key_text"),
).outerjoin(Bulletin.key_date)

WEEK = (
    TOLD.add_columns(Team.name.label("team_name"), Team.slug.label("team_slug"))
    .join(Bulletin.team)
    .where(Team.promotion_id == bindparam("promotion"), Bulletin.week == bindparam("week"))
    .order_by(Team.key)
)
OF_WEEK = Ready(WEEK)
OF_WEEK_AND_TEAM = Ready(WEEK.where(Team.id == bindparam("team")))
OF_TEAM = Ready(TOLD.where(Bulletin.team_id == bindparam("team")).order_by(Bulletin.week.desc()))


def told_in_week(membership: Membership, week: Week, sees: Sight) -> list[Any]:
    """The week's bulletins that the member may read, by team."""
    if sees is Sight.ALL:
        return rows(OF_WEEK, promotion=membership.promotion_id, week=week)
    return rows(OF_WEEK_AND_TEAM, promotion=membership.promotion_id, week=week, team=membership.team_id)


def told_by_team(team: Team) -> list[Any]:
    """All that the team has told, newest first, whoever may read it."""
    return rows(OF_TEAM, team=team.id)
