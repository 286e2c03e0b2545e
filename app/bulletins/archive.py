"""The bulletins of the past, by week and by team, as far as a member may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.bulletins.freeze import is_frozen
from app.bulletins.models import Bulletin, FrozenWeek
from app.bulletins.told import told_by_team
from app.bulletins.visibility import Sight, sight
from app.database import db
from app.teams.models import Membership, Promotion, Team
from app.weeks import Week, WeekState, weeks_between


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A week in the list of weeks; `wrote` is None where the member may not know it yet."""

    week: Week
    state: WeekState
    wrote: int | None


def weeks_of(membership: Membership, now: datetime, *, coordinates: bool) -> list[WeekLine]:
    """The weeks of the promotion that have begun, newest first."""
    promotion = membership.promotion
    frozen = frozen_weeks(promotion.id)
    wrote = _wrote_by_week(promotion.id)
    lines = []
    for week in begun_weeks(promotion, now):
        state = promotion.timetable.state(week, now, issued=week in frozen)
        known = coordinates or state is WeekState.ISSUED
        lines.append(WeekLine(week, state, wrote.get(week, 0) if known else None))
    return lines[::-1]


def begun_weeks(promotion: Promotion, now: datetime) -> list[Week]:
    """The weeks of the promotion that have begun, oldest first."""
    last = min(promotion.timetable.week_at(now), Week.of(promotion.ends_on))
    return weeks_between(Week.of(promotion.starts_on), last)


def frozen_weeks(promotion_id: int) -> set[Week]:
    """The weeks whose digests are issued."""
    return set(db.session.scalars(select(FrozenWeek.week).where(FrozenWeek.promotion_id == promotion_id)))


def week_state(promotion: Promotion, week: Week, now: datetime) -> WeekState:
    """Where the week stands."""
    return promotion.timetable.state(week, now, issued=is_frozen(promotion.id, week))


def teams_of(promotion_id: int) -> list[Team]:
    """Every team of the promotion with its pauses, by name."""
    query = select(Team).where(Team.promotion_id == promotion_id).options(selectinload(Team.pauses)).order_by(Team.key)
    return list(db.session.scalars(query))


def teams_that_wrote(promotion_id: int, week: Week) -> set[int]:
    """The teams that have a bulletin in the week."""
    query = select(Bulletin.team_id).join(Team).where(Team.promotion_id == promotion_id, Bulletin.week == week)
    return set(db.session.scalars(query))


def bulletins_of_team(membership: Membership, team: Team, now: datetime, *, coordinates: bool) -> list[Bulletin]:
    """The team's bulletins that the member may read, newest first."""
    frozen, timetable = frozen_weeks(team.promotion_id), membership.promotion.timetable

    def may_read(week: Week) -> bool:
        state = timetable.state(week, now, issued=week in frozen)
        return team.id == membership.team_id or sight(state, coordinates=coordinates) is Sight.ALL

    return [told for told in told_by_team(team) if may_read(told.week)]


def _wrote_by_week(promotion_id: int) -> dict[Week, int]:
    query = (
        select(Bulletin.week, func.count())
        .join(Bulletin.team)
        .where(Team.promotion_id == promotion_id)
        .group_by(Bulletin.week)
    )
    return dict(db.session.execute(query).all())
