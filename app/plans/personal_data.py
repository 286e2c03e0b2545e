"""Export and erase what plans say of a person: the actions of their teams that they own. Never commits.

An owner is a short text. It is taken for somebody of the team when it is their name, their first name or their address;
what else a team has written of somebody, only the team can find.
"""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.plans.models import Plan, PlanAction, PlanScenario
from app.plans.rules import names_somebody
from app.teams.models import Membership, Person, Team


def export_for(person: Person) -> dict[str, object]:
    """Return the actions that they are the owner of."""
    return {
        "plan_actions_owned": [
            {
                "promotion": team.promotion.name,
                "team": team.name,
                "action": action.text,
                "owner": action.owner,
                "by": action.due_on,
                "done_on": action.done_on,
            }
            for action, team in _owned_by(person)
        ]
    }


def erase_for(person: Person) -> None:
    """Leave their actions to their team, without an owner."""
    for action, _team in _owned_by(person):
        action.owner = ""
        action.revision += 1


def _owned_by(person: Person) -> list[tuple[PlanAction, Team]]:
    teams = select(Membership.team_id).where(Membership.person_id == person.id, Membership.team_id.is_not(None))
    query = (
        select(PlanAction, Team)
        .join(PlanAction.scenario)
        .join(Plan, Plan.id == PlanScenario.plan_id)
        .join(Team, Team.id == Plan.team_id)
        .where(Team.id.in_(teams), PlanAction.owner != "")
        .order_by(PlanAction.id)
    )
    rows = db.session.execute(query)
    return [(action, team) for action, team in rows if names_somebody(action.owner, person.name, person.email or "")]
