"""One team's week: what it wrote, what it wrote the week before, and what it may do now. Two queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.bulletins.filing import Filing
from app.bulletins.freeze import frozen_among
from app.bulletins.models import Bulletin
from app.bulletins.service import filing_given
from app.database import db
from app.teams.models import Team
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """A team at one moment of a week. `filing_before`: what it may still do for the week before."""

    team: Team
    week: Week
    now: datetime
    bulletin: Bulletin | None
    last_week: Bulletin | None
    filing: Filing
    filing_before: Filing


def team_week(team: Team, week: Week, now: datetime) -> TeamWeek:
    """The team's week at `now`."""
    weeks = [week, week.previous]
    written = _bulletins(team, weeks)
    frozen = frozen_among(team.promotion_id, weeks)

    def may(which: Week) -> Filing:
        return filing_given(team, which, now, written=which in written, issued=which in frozen)

    return TeamWeek(team, week, now, written.get(week), written.get(week.previous), may(week), may(week.previous))


def _bulletins(team: Team, weeks: list[Week]) -> dict[Week, Bulletin]:
    query = select(Bulletin).options(joinedload(Bulletin.key_date), joinedload(Bulletin.author))
    rows = db.session.scalars(query.where(Bulletin.team_id == team.id, Bulletin.week.in_(weeks)))
    return {bulletin.week: bulletin for bulletin in rows}
