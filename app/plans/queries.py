"""Read the plan of a team, as the values of `values`; what became of the challenges of other promotions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, selectinload

from app.database import db
from app.plans.likeness import PastChallenge
from app.plans.models import Plan, PlanScenario
from app.plans.values import PlanContent, PlanState, plan_state
from app.plans.vocabulary import ScenarioKind
from app.records.milestones import MID, MilestoneState, milestone_order, milestone_state
from app.records.models import ChallengeRecord, Milestone
from app.records.values import TeamRecord, record_from_document
from app.teams.models import Promotion, Team

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


def past_challenges(promotion: Promotion, now: datetime) -> list[PastChallenge]:
    """Read what became of the challenges of every other promotion, from its end on, by two queries.

    Of records that were sent, at milestones that are closed: one that is still open may yet change.
    """
    records = (
        select(ChallengeRecord)
        .join(ChallengeRecord.milestone)
        .join(ChallengeRecord.team)
        .options(contains_eager(ChallengeRecord.milestone))
        .options(contains_eager(ChallengeRecord.team).joinedload(Team.promotion))
        .where(Team.promotion_id != promotion.id, Milestone.key != MID, ChallengeRecord.sent_at.is_not(None))
    )
    by_team: dict[Team, list[tuple[str, TeamRecord]]] = {}
    for row in db.session.scalars(records):
        milestone, today = row.milestone, row.team.promotion.today(now)
        if milestone_state(milestone.opens_on, milestone.closes_on, today) is MilestoneState.CLOSED:
            by_team.setdefault(row.team, []).append((milestone.key, record_from_document(row.content)))
    planned: dict[int, set[ScenarioKind]] = {}
    kinds = select(Plan.team_id, PlanScenario.kind).join(PlanScenario, PlanScenario.plan_id == Plan.id)
    for team_id, kind in db.session.execute(kinds.where(Plan.team_id.in_([team.id for team in by_team]))):
        planned.setdefault(team_id, set()).add(kind)
    return [
        PastChallenge(
            team_id=team.id,
            team=team.name,
            promotion=team.promotion.name,
            ended_on=team.promotion.ends_on,
            planned=frozenset(planned.get(team.id, ())),
            records=tuple(sorted(found, key=lambda each: milestone_order(each[0]))),
        )
        for team, found in by_team.items()
    ]
