"""What a plan's enumerations are called in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.i18n import lazy_gettext as _l
from app.i18n import short_date
from app.plans.values import Action, Ally, Need, PlanItem, Scenario
from app.plans.vocabulary import ActionBy, AllyKind, Axis, HandoverKind, Nature, ScenarioKind, Theme

SCENARIO_WORDS: Mapping[ScenarioKind, str] = {
    ScenarioKind.HIRE: _l("Hiring"),
    ScenarioKind.CONTRACT: _l("A contract with a provider"),
    ScenarioKind.OTHER_PROGRAMME: _l("Another programme (a State start-up, for instance)"),
    ScenarioKind.OTHER_ADMINISTRATION: _l("Taken over by another administration"),
    ScenarioKind.SHARED: _l("A tool shared by several administrations"),
    ScenarioKind.PROOF_OF_CONCEPT: _l("A proof of concept, and no more"),
    ScenarioKind.STOP: _l("Stopping"),
}
THEME_WORDS: Mapping[Theme, str] = {
    Theme.TECHNICAL: _l("Technical"),
    Theme.OPERATIONAL: _l("Operational"),
    Theme.FINANCIAL: _l("Financial"),
    Theme.LEGAL: _l("Legal"),
    Theme.HR: _l("Human resources"),
    Theme.COMMUNICATION: _l("Communication"),
}
NATURE_WORDS: Mapping[Nature, str] = {Nature.NEED: _l("A need"), Nature.DIFFICULTY: _l("A difficulty")}
AXIS_WORDS: Mapping[Axis, str] = {
    Axis.PRODUCTION: _l("Going live"),
    Axis.TRANSMISSION: _l("Handing over"),
    Axis.RELIABILITY: _l("Reliability"),
}
BY_WORDS: Mapping[ActionBy, str] = {
    ActionBy.MENTORS: _l("By the mentors"),
    ActionBy.WITH_EIGS: _l("With the EIGs"),
    ActionBy.COORDINATION: _l("By the coordinators"),
}
ALLY_WORDS: Mapping[AllyKind, str] = {
    AllyKind.IT_DEPARTMENT: _l("IT department"),
    AllyKind.DIRECTORATE: _l("Business directorate"),
    AllyKind.MINISTRY: _l("Parent ministry"),
    AllyKind.INTERMINISTERIAL: _l("Interministerial services"),
    AllyKind.OTHER_PROGRAMME: _l("Another innovation programme"),
    AllyKind.PARTNER: _l("Partner"),
    AllyKind.USERS: _l("Users"),
    AllyKind.OTHER: _l("Another ally"),
}
HANDOVER_WORDS: Mapping[HandoverKind, str] = {
    HandoverKind.SURPRISES: _l("What took us by surprise"),
    HandoverKind.NEEDS: _l("Summary of users’ needs"),
    HandoverKind.FUNCTIONAL: _l("Functional documentation"),
    HandoverKind.TECHNICAL: _l("Technical documentation"),
    HandoverKind.TRAINING: _l("Training material"),
    HandoverKind.ROADMAP: _l("Roadmap"),
    HandoverKind.CONTACTS: _l("Contacts"),
}
WORDS: Mapping[str, Mapping[Any, str]] = {  # by the name of what they are the words of, for templates
    "scenario": SCENARIO_WORDS,
    "theme": THEME_WORDS,
    "nature": NATURE_WORDS,
    "axis": AXIS_WORDS,
    "by": BY_WORDS,
    "ally": ALLY_WORDS,
    "handover": HANDOVER_WORDS,
}


def in_words(item: PlanItem) -> list[str]:
    """Return all that a line says, as somebody reads it who does not fill it in."""
    if isinstance(item, Ally):
        parts = [ALLY_WORDS[item.kind], item.text]
    elif isinstance(item, Scenario):
        parts = [SCENARIO_WORDS[item.kind], item.text]
    elif isinstance(item, Need):
        axis = AXIS_WORDS[item.axis] if item.axis else ""
        parts = [NATURE_WORDS[item.nature], item.text, THEME_WORDS[item.theme], axis]
    elif isinstance(item, Action):
        parts = [item.text, BY_WORDS[item.by], item.owner, short_date(item.due_on) if item.due_on else ""]
    else:
        parts = [HANDOVER_WORDS[item.kind], item.url]
    return [str(part) for part in parts if part]
