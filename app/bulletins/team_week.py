"""One team's week: what it wrote, what it wrote the week before, and what it may do now. Two queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam

from app.bulletins.filing import Filing
from app.bulletins.freeze import frozen_between
from app.bulletins.models import Bulletin
from app.bulletins.service import filing_given
from app.bulletins.told import TOLD
from app.database import rows
from app.ready import Ready
from app.teams.models import Team
from app.weeks import Week

BETWEEN = Ready(
    TOLD.add_columns(Bulletin.priorities, Bulletin.ups_and_downs, Bulletin.help, Bulletin.revision).where(
        Bulletin.team_id == bindparam("team"), Bulletin.week.between(bindparam("first"), bindparam("last"))
    )
)


@dataclass(frozen=True, slots=True)
class TeamWeek:
    """A team at one moment of a week. `before` is the week before it that has bulletins; these are plain rows."""

    team: Team
    week: Week
    before: Week
    now: datetime
    bulletin: Any | None
    last_week: Any | None
    filing: Filing
    filing_before: Filing


def team_week(team: Team, week: Week, now: datetime) -> TeamWeek:
    """The team's week at `now`."""
    before = team.promotion.timetable.previous_with_bulletin(week)
    written = {bulletin.week: bulletin for bulletin in rows(BETWEEN, team=team.id, first=before, last=week)}
    frozen = frozen_between(team.promotion_id, before, week)

    def may(which: Week) -> Filing:
        return filing_given(team, which, now, written=which in written, issued=which in frozen)

    return TeamWeek(team, week, before, now, written.get(week), written.get(before), may(week), may(before))
