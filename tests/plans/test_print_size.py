"""The size at which a plan is printed: the more it says, the smaller, and always one that the style sheet knows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import app
from app.plans.print_size import SIZES, print_size
from app.plans.rules import LINE_LIMIT, MOST_LINES, MOST_SCENARIOS, OWNER_LIMIT, VISION_LIMIT
from app.plans.values import Action, Ally, Need, PlanContent, Scenario
from app.plans.vocabulary import ActionBy, AllyKind, Nature, ScenarioKind, Theme

SHEET = Path(app.__file__).parent / "static" / "plans.css"


def lopsided(text: str) -> PlanContent:
    """A plan at every limit: each scenario has needs of one theme only, and actions by one only."""
    scenarios = [
        Scenario(
            kind=ScenarioKind.HIRE,
            text=text,
            needs=(Need(theme=list(Theme)[number], nature=Nature.NEED, text=text),) * MOST_LINES,
            actions=(Action(by=list(ActionBy)[number % 3], text=text, owner=text[:OWNER_LIMIT]),) * MOST_LINES,
        )
        for number in range(MOST_SCENARIOS)
    ]
    return PlanContent(vision=text * 5, allies=(Ally(kind=AllyKind.USERS, text=text),) * 10, scenarios=tuple(scenarios))


def plan(scenarios: int, lines: int, length: int = LINE_LIMIT) -> PlanContent:
    text = "x" * length
    needs = [Need(theme=list(Theme)[each % 6], nature=Nature.NEED, text=text) for each in range(lines)]
    actions = [
        Action(by=list(ActionBy)[each % 2], text=text, owner=text[:OWNER_LIMIT], due_on=date(2019, 3, 8))
        for each in range(lines)
    ]
    scenario = Scenario(kind=ScenarioKind.HIRE, text=text, needs=tuple(needs), actions=tuple(actions))
    allies = (Ally(kind=AllyKind.USERS, text=text),) * lines
    return PlanContent(
        vision="x" * (VISION_LIMIT * lines // MOST_LINES), allies=allies, scenarios=(scenario,) * scenarios
    )


def test_an_empty_plan_is_printed_large_and_one_at_every_limit_tight() -> None:
    assert print_size(PlanContent()) == "large"
    assert print_size(plan(MOST_SCENARIOS, MOST_LINES)) == "tight"


def test_a_plan_whose_themes_do_not_fit_in_step_is_printed_out_of_step() -> None:
    assert print_size(lopsided("x" * LINE_LIMIT)) == "apart"
    assert print_size(lopsided("W" * LINE_LIMIT)) == print_size(lopsided("漢" * LINE_LIMIT)) == "tiny"
    assert print_size(lopsided("😀" * LINE_LIMIT)) == "least"


@pytest.mark.parametrize("scenarios", range(1, MOST_SCENARIOS + 1))
def test_the_more_a_plan_says_the_smaller_it_is_printed(scenarios: int) -> None:
    sizes = [SIZES[print_size(plan(scenarios, lines))] for lines in range(MOST_LINES + 1)]
    assert sizes == sorted(sizes, reverse=True)
    assert SIZES[print_size(plan(scenarios, MOST_LINES, 10))] > sizes[-1]


def test_the_style_sheet_has_these_sizes() -> None:
    css = SHEET.read_text()
    others = {name: float(points) for name, points in re.findall(r"\.bl-plan--(\w+) { font-size: ([\d.]+)pt", css)}
    default = re.search(r"\n  \.bl-plan { font-size: ([\d.]+)pt", css)
    assert default
    assert others | {"roomy": float(default[1])} == SIZES
