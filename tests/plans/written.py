"""Writing plans as a test needs them, and reading them back."""

from __future__ import annotations

from datetime import date

from app.clock import now
from app.database import db
from app.plans.queries import find_plan
from app.plans.rules import LINE_LIMIT, MOST_LINES, MOST_SCENARIOS, OWNER_LIMIT, VISION_LIMIT
from app.plans.service import save_item, save_vision
from app.plans.values import Action, Ally, Handover, Need, PlanContent, Scenario
from app.plans.vocabulary import ActionBy, AllyKind, Axis, HandoverKind, Nature, ScenarioKind, Theme
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


def full_plan(team: Team) -> None:
    """A plan as a team has it at mid-term, all of it: four scenarios, eight needs and five actions in each."""
    save_vision(team, "Dans trois ans, chaque agent de terrain déclare une parcelle en cinq minutes.", 0, now())
    allies = {
        AllyKind.IT_DEPARTMENT: "Bureau des projets : héberge l’outil",
        AllyKind.DIRECTORATE: "Sous-direction des aides, qui le commande",
        AllyKind.USERS: "Les agents de la Drôme, premiers essayeurs",
    }
    for kind, text in allies.items():
        save_item(team, Ally(kind=kind, text=text), now())
    for kind in (ScenarioKind.HIRE, ScenarioKind.CONTRACT, ScenarioKind.OTHER_PROGRAMME, ScenarioKind.SHARED):
        scenario = scenario_in(team, kind)
        for theme, nature, axis, text in NEEDS:
            need = Need(theme=theme, nature=nature, axis=axis, text=text)
            save_item(team, need, now(), scenario_id=scenario.id)
        for by, text, owner, day in ACTIONS:
            action = Action(by=by, text=text, owner=owner, due_on=day)
            save_item(team, action, now(), scenario_id=scenario.id)
    save_item(team, Handover(kind=HandoverKind.TECHNICAL, url="https://docs.jachere.example/exploitation"), now())


def brimful_plan(team: Team) -> None:
    """A plan of which every line is as long, and every list as full, as it may be."""
    save_vision(team, _filled("Dans trois ans, chaque agent déclare", VISION_LIMIT), 0, now())
    for number in range(MOST_LINES):
        kind = list(AllyKind)[number % len(AllyKind)]
        save_item(team, Ally(kind=kind, text=_filled(f"{number} Le bureau des projets", LINE_LIMIT)), now())
    for scenario_kind in list(ScenarioKind)[:MOST_SCENARIOS]:
        save_item(team, Scenario(kind=scenario_kind, text=_filled("Avec l’agence", LINE_LIMIT)), now())
        scenario = plan_of(team).scenarios[-1]
        for number in range(MOST_LINES):
            text, owner = _filled(f"{number} Reprendre l’hébergement", LINE_LIMIT), _filled("La cheffe", OWNER_LIMIT)
            theme, by = list(Theme)[number % len(Theme)], list(ActionBy)[number % 2]
            need = Need(theme=theme, nature=Nature.DIFFICULTY, axis=Axis.PRODUCTION, text=text)
            save_item(team, need, now(), scenario_id=scenario.id)
            action = Action(by=by, text=text, owner=owner, due_on=date(2019, 9, 28))
            save_item(team, action, now(), scenario_id=scenario.id)


def _filled(words: str, length: int) -> str:
    return (f"{words} " * length)[:length].strip()


NEEDS = [
    (Theme.TECHNICAL, Nature.NEED, Axis.PRODUCTION, "Reprendre l’hébergement, aujourd’hui chez un prestataire"),
    (Theme.TECHNICAL, Nature.DIFFICULTY, Axis.RELIABILITY, "Le module de calcul : personne d’autre ne le connaît"),
    (Theme.OPERATIONAL, Nature.NEED, Axis.TRANSMISSION, "Une personne qui réponde aux agents, dès novembre"),
    (Theme.FINANCIAL, Nature.NEED, None, "60 000 € par an pour la seule maintenance"),
    (Theme.FINANCIAL, Nature.DIFFICULTY, None, "Le budget 2020 est déjà arbitré"),
    (Theme.LEGAL, Nature.NEED, Axis.PRODUCTION, "Une convention avec l’agence pour les données"),
    (Theme.HR, Nature.NEED, None, "Deux postes de développeur, ouverts aux contractuels"),
    (Theme.COMMUNICATION, Nature.NEED, None, "Présenter l’outil au comité de direction avant l’été"),
]
ACTIONS = [
    (ActionBy.MENTORS, "Déposer les deux fiches de poste", "Mme Roussel", date(2019, 3, 4)),
    (ActionBy.MENTORS, "Demander la ligne budgétaire 2020", "Sous-directeur", date(2019, 6, 14)),
    (ActionBy.WITH_EIGS, "Faire installer l’outil par la DSI", "Léa", date(2019, 4, 12)),
    (ActionBy.WITH_EIGS, "Écrire la documentation d’exploitation", "", None),
    (ActionBy.COORDINATION, "Présenter le défi à l’incubateur", "", date(2019, 3, 20)),
]
