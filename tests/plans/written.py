"""Writing plans as a test needs them, and reading them back."""

from __future__ import annotations

from datetime import date

from app.clock import now
from app.database import db
from app.plans.queries import find_plan
from app.plans.service import save_item
from app.plans.values import Action, PlanContent, Scenario
from app.plans.vocabulary import ActionBy, ScenarioKind
from app.teams.models import Team

MONDAY = date(2019, 3, 11)  # within seven days of the digest of W10


def plan_of(team: Team) -> PlanContent:
    """The plan as it is stored now."""
    db.session.expire_all()
    plan = find_plan(team)
    assert plan
    return plan


def scenario_in(team: Team, kind: ScenarioKind = ScenarioKind.HIRE) -> Scenario:
    """A new scenario in the plan of the team."""
    save_item(team, Scenario(kind=kind), now())
    return plan_of(team).scenarios[-1]


def action_in(
    team: Team,
    text: str = "Publier la fiche de poste",
    due_on: date | None = MONDAY,
    by: ActionBy = ActionBy.MENTORS,
    owner: str = "",
) -> Action:
    """A new action in the first scenario of the plan of the team."""
    scenario = scenario_in(team)
    save_item(team, Action(by=by, text=text, due_on=due_on, owner=owner), now(), scenario_id=scenario.id)
    return plan_of(team).scenarios[0].actions[-1]
