"""Read the plan of a team, as the values of `values`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from app.database import db
from app.plans.models import Plan, PlanScenario
from app.plans.values import PlanContent, PlanState, plan_state
from app.teams.models import Team

WHOLE_PLAN = (
    selectinload(Plan.allies),
    selectinload(Plan.scenarios).selectinload(PlanScenario.needs),
    selectinload(Plan.scenarios).selectinload(PlanScenario.actions),
    selectinload(Plan.handovers),
)


def find_plan(team: Team) -> PlanContent | None:
    """Return the whole plan of the team, by six queries at most; None when nothing is written."""
    return find_plans([team.id]).get(team.id)


def find_plans(team_ids: Iterable[int]) -> Mapping[int, PlanContent]:
    """Return the plans of those teams that have begun one, by the id of the team; six queries at most for all."""
    query = select(Plan).where(Plan.team_id.in_(list(team_ids))).options(*WHOLE_PLAN)
    plans = {plan.team_id: plan.value for plan in db.session.scalars(query)}
    return {team_id: plan for team_id, plan in plans.items() if plan_state(plan) is not PlanState.EMPTY}


def has_plan(team_id: int) -> bool:
    """Return whether anything is written in the plan of the team, by one query."""
    is_begun = or_(Plan.vision != "", Plan.allies.any(), Plan.scenarios.any(), Plan.handovers.any())
    return db.session.scalar(select(Plan.id).where(Plan.team_id == team_id, is_begun)) is not None
