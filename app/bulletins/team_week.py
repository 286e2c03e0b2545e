"""One team's week: what it wrote, what it wrote the week before, and what it may do now. Two queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app.bulletins.filing import Filing
from app.bulletins.freeze import frozen_between
from app.bulletins.models import Bulletin
from app.bulletins.service import filing_given
from app.database import db
from app.teams.models import Team
from app.weeks import Week

BETWEEN = (
    select(Bulletin)
    .options(joinedload(Bulletin.key_date))
    .where(Bulletin.team_id == bindparam("team"), Bulletin.week.between(bindparam("first"), bindparam("last")))
)


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """A team at one moment of a week. `before`: the week before it that has bulletins; `issued`: the digest exists."""

    team: Team
    week: Week
    before: Week
    now: datetime
    bulletin: Bulletin | None
    last_week: Bulletin | None
    issued: bool
    filing: Filing
    filing_before: Filing


def team_week(team: Team, week: Week, now: datetime) -> TeamWeek:
    """The team's week at `now`."""
    before = team.promotion.timetable.previous_with_bulletin(week)
    found = db.session.scalars(BETWEEN, {"team": team.id, "first": before, "last": week})
    written = {bulletin.week: bulletin for bulletin in found}
    frozen = frozen_between(team.promotion_id, before, week)

    def may(which: Week) -> Filing:
        return filing_given(team, which, now, written=which in written, issued=which in frozen)

    return TeamWeek(
        team, week, before, now, written.get(week), written.get(before), week in frozen, may(week), may(before)
    )
