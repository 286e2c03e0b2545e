"""How small a plan is printed so that it fits on one A4 sheet, landscape. Values in, values out.

An estimate, on the safe side, of what a browser does with `plans.css`, whose class names and sizes these are.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from app.plans.values import Action, PlanContent, Scenario
from app.plans.vocabulary import ActionBy, Theme

SIZES = {"large": 10.5, "roomy": 8.5, "plain": 7.5, "dense": 6.5, "tight": 5.0}  # points, the largest first
SHEET_WIDTH, SHEET_HEIGHT = 281.0, 194.0  # millimetres within the margins
POINT = 0.353  # millimetres
CHARACTER, LINE = 0.56, 1.3  # width, and height with what is between lines, of the size of the letters
GUTTER = 6.0  # millimetres that a scenario loses to its frame and its neighbour
TITLE, TAG, DAY = 45, 20, 26  # characters beside those that somebody typed: a kind, an axis, a day
SPACING = 5  # lines, of all rules and paddings together


def print_size(plan: PlanContent) -> str:
    """Return the name of the largest size at which the plan fits on one sheet; the smallest where none does."""
    fitting = (name for name, points in SIZES.items() if _height(plan, points * POINT) <= SHEET_HEIGHT)
    return next(fitting, list(SIZES)[-1])


def _height(plan: PlanContent, size: float) -> float:
    """Return the height of the plan in millimetres, in letters of `size` millimetres."""
    width = SHEET_WIDTH / max(len(plan.scenarios), 1) - GUTTER
    allies = sum(len(ally.text) + TAG for ally in plan.allies)
    head = 4 + _lines([len(plan.vision), allies], SHEET_WIDTH, size)
    rows = [_rows(scenario, width, size) for scenario in plan.scenarios]
    tallest: list[int] = [max(row) for row in zip(*rows, strict=True)]
    lines = head + SPACING + sum(tallest)
    return size * LINE * lines


def _rows(scenario: Scenario, width: float, size: float) -> list[int]:
    """Return how many lines each row of a scenario takes: its head, each theme, its actions."""
    themes = [
        1 + _lines([len(need.text) + TAG for need in scenario.needs if need.theme is theme], width, size)
        for theme in Theme
    ]

    def column(by: ActionBy, width: float) -> int:
        return 1 + _lines([_length(action) for action in scenario.actions if action.by is by], width, size)

    beside = max(column(by, width / 2 - 1) for by in (ActionBy.MENTORS, ActionBy.WITH_EIGS))
    return [
        1 + _lines([TITLE, len(scenario.text)], width, size),
        *themes,
        beside + column(ActionBy.COORDINATION, width),
    ]


def _length(action: Action) -> int:
    return len(action.text) + len(action.owner) + (DAY if action.due_on or action.done_on else 0)


def _lines(lengths: Iterable[int], width: float, size: float) -> int:
    """Return how many lines texts of these lengths take, each beginning a new one."""
    return sum(ceil(length * CHARACTER * size / width) for length in lengths)
