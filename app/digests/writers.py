"""Who has written this week, who is expected to, who is paused: for the coordination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from app.bulletins.models import Bulletin
from app.bulletins.queries import teams_of
from app.database import db
from app.teams.models import Promotion, Team
from app.weeks import Week


class Writing(StrEnum):
    """What a team did with a week."""

    WROTE = "wrote"
    LATE = "late"
    MISSING = "missing"
    PAUSED = "paused"
    NONE = "none"  # not active, or a week without bulletins


@dataclass(frozen=True, slots=True)
class Writer:
    """One team and what it did with a week."""

    team: Team
    writing: Writing
    bulletin: Bulletin | None


def writers(promotion: Promotion, week: Week) -> list[Writer]:
    """Every team of the promotion and what it did with the week, by name."""
    bulletins = {
        bulletin.team_id: bulletin
        for bulletin in db.session.scalars(
            select(Bulletin).join(Team).where(Team.promotion_id == promotion.id, Bulletin.week == week)
        )
    }
    day = promotion.timetable.closing_day(week)
    return [
        Writer(team, writing_of(team, week, day, late_if_written(bulletins.get(team.id))), bulletins.get(team.id))
        for team in teams_of(promotion.id)
    ]


def writing_of(team: Team, week: Week, closing_day: date | None, late: bool | None) -> Writing:
    """What the team did with the week; `late` is None when it wrote nothing."""
    if late is not None:
        return Writing.LATE if late else Writing.WROTE
    if closing_day is None or not team.is_active(closing_day):
        return Writing.NONE
    return Writing.PAUSED if team.is_paused(week) else Writing.MISSING


def late_if_written(bulletin: Bulletin | None) -> bool | None:
    """Whether the bulletin came late; None when there is none."""
    return bulletin.late if bulletin else None
