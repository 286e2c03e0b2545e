"""Who has written in a week, who is expected to, who is paused: for the coordination."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from app.bulletins.models import Bulletin
from app.database import db
from app.teams.models import Promotion, Team
from app.teams.queries import teams_of
from app.weeks import Week


class WritingStatus(StrEnum):
    """What a team did with a week."""

    WROTE = "wrote"
    LATE = "late"
    MISSING = "missing"
    NOT_YET = "not_yet"  # nothing so far, in a week that is not over
    PAUSED = "paused"
    NONE = "none"  # not active, or a week without bulletins


@dataclass(frozen=True, slots=True)
class TeamWriting:
    """A team with its bulletin of a week, if it wrote one."""

    team: Team
    status: WritingStatus
    bulletin: Bulletin | None


def teams_writing(promotion: Promotion, week: Week) -> list[TeamWriting]:
    """Return every team of the promotion with what it did with the week, by name."""
    query = select(Bulletin).join(Team).where(Team.promotion_id == promotion.id, Bulletin.week == week)
    bulletins = {bulletin.team_id: bulletin for bulletin in db.session.scalars(query)}
    day = promotion.timetable.closing_day(week)
    teams = []
    for team in teams_of(promotion.id):
        bulletin = bulletins.get(team.id)
        status = writing_status(team, week, day, late=bulletin.late if bulletin else None)
        teams.append(TeamWriting(team, status, bulletin))
    return teams


def writing_status(team: Team, week: Week, closing_day: date | None, *, late: bool | None) -> WritingStatus:
    """Return what the team did with the week; `late` is whether its bulletin came late, None when it wrote none."""
    if late is not None:
        return WritingStatus.LATE if late else WritingStatus.WROTE
    if closing_day is None or not team.is_active(closing_day):
        return WritingStatus.NONE
    return WritingStatus.PAUSED if team.is_paused(week) else WritingStatus.MISSING
