"""What a team's plan to last says, as blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.documents.blocks import Block, Bullets, Heading, Paragraph
from app.i18n import gettext as _
from app.i18n import short_date
from app.plans.values import Action, PlanContent, PlanItem, Scenario
from app.plans.words import SCENARIO_WORDS, in_words

BETWEEN = "\N{NO-BREAK SPACE}· "  # what a line of a plan says, one thing after another


def plan_blocks(plan: PlanContent | None) -> Iterator[Block]:
    """Yield the plan as its team wrote it; nothing where there is none."""
    if plan is None:
        return
    yield Heading(_("Continuation plan"), anchor="plan")
    if plan.vision:
        yield Paragraph(plan.vision)
    if plan.allies:
        yield Heading(_("Allies"), level=3)
        yield _lines(plan.allies)
    for scenario in plan.scenarios:
        yield Heading(scenario_in_words(scenario), level=3)
        if scenario.needs:
            yield Heading(_("Needs and difficulties"), level=4)
            yield _lines(scenario.needs)
        if scenario.actions:
            yield Heading(_("Actions"), level=4)
            yield Bullets(tuple(_action_in_words(action) for action in scenario.actions))
    if plan.handovers:
        yield Heading(_("What is handed over"), level=3)
        yield _lines(plan.handovers)


def scenario_in_words(scenario: Scenario) -> str:
    """Return the kind of a scenario, and the line that says how."""
    kind = str(SCENARIO_WORDS[scenario.kind])
    return f"{kind}{_(': ')}{scenario.text}" if scenario.text else kind


def _action_in_words(action: Action) -> str:
    done = [_("done on %(day)s", day=short_date(action.done_on))] if action.done_on else []
    return BETWEEN.join([*in_words(action), *done])


def _lines(items: Iterable[PlanItem]) -> Bullets:
    return Bullets(tuple(BETWEEN.join(in_words(item)) for item in items))
