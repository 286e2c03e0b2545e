"""How small a plan is printed so that it fits on one A4 sheet, landscape. Values in, values out.

An estimate, on the safe side, of what a browser does with `plans.css`, whose class names and sizes these are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from math import ceil

from app.plans.values import Action, PlanContent, Scenario
from app.plans.vocabulary import ActionBy, Theme

SIZES = {  # points, the largest first
    "large": 10.5,
    "roomy": 8.5,
    "plain": 7.5,
    "dense": 6.5,
    "tight": 5.0,
    "apart": 5.0,
    "tiny": 4.0,
    "least": 3.0,  # of nothing but emoji; words are larger, however wide
}
OUT_OF_STEP = frozenset(
    {"apart", "tiny", "least"}
)  # themes do not begin on one line in all scenarios; actions in one column
SHEET_WIDTH, SHEET_HEIGHT = 281.0, 194.0  # millimetres within the margins
POINT = 0.353  # millimetres
CHARACTER, LINE = 0.56, 1.3  # width, and height with what is between lines, of the size of the letters
WIDE_LETTERS = "MWmw"
NARROW, WIDE, FULL, EMOJI = 0.5, 0.9, 1.0, 1.4  # width of usual letters, of wide ones, of ideograms, of emoji
GUTTER = 6.0  # millimetres that a scenario loses to its frame and its neighbour
TITLE, TAG, DAY = 45, 20, 26  # characters beside those that somebody typed: a kind, an axis, a day
SPACING = 5  # lines, of all rules and paddings together


def print_size(plan: PlanContent) -> str:
    """Return the name of the largest size at which the plan fits on one sheet; the smallest where none does."""
    fitting = (name for name in SIZES if _height(plan, name) <= SHEET_HEIGHT)
    return next(fitting, list(SIZES)[-1])


def _height(plan: PlanContent, name: str) -> float:
    """Return the height of the plan in millimetres, printed at a size."""
    size, in_step = SIZES[name] * POINT, name not in OUT_OF_STEP
    width = SHEET_WIDTH / max(len(plan.scenarios), 1) - GUTTER
    allies = sum(_measure(ally.text) + TAG for ally in plan.allies)
    head = 4 + _lines([_measure(plan.vision), allies], SHEET_WIDTH, size)
    rows = [_rows(scenario, width, size, columns=in_step) for scenario in plan.scenarios]
    tallest: list[int] = [max(row) for row in zip(*rows, strict=True)]
    lines = sum(tallest) if in_step else max(map(sum, rows), default=0)
    return size * LINE * (head + SPACING + lines)


def _rows(scenario: Scenario, width: float, size: float, *, columns: bool) -> list[int]:
    """Return how many lines each row of a scenario takes: its head, each theme, its actions, in two columns or one."""
    themes = [
        1 + _lines([_measure(need.text) + TAG for need in scenario.needs if need.theme is theme], width, size)
        for theme in Theme
    ]

    def column(by: ActionBy, width: float) -> int:
        return 1 + _lines([_length(action) for action in scenario.actions if action.by is by], width, size)

    mentors, with_eigs = (
        column(by, width / 2 - 1 if columns else width) for by in (ActionBy.MENTORS, ActionBy.WITH_EIGS)
    )
    return [
        1 + _lines([TITLE, _measure(scenario.text)], width, size),
        *themes,
        (max(mentors, with_eigs) if columns else mentors + with_eigs) + column(ActionBy.COORDINATION, width),
    ]


def _length(action: Action) -> float:
    day = DAY if action.due_on or action.done_on else 0
    return _measure(action.text) + _measure(action.owner) + day


def _measure(text: str) -> float:
    """Return as how many characters the text counts: more than it has where many of them are wide."""
    return max(len(text), sum(map(_width, text)) / CHARACTER)


def _width(letter: str) -> float:
    """Return the width of a letter, of the size of the letters."""
    if letter in WIDE_LETTERS:
        return WIDE
    if unicodedata.east_asian_width(letter) not in "WF":
        return NARROW
    return EMOJI if unicodedata.category(letter) == "So" else FULL


def _lines(lengths: Iterable[float], width: float, size: float) -> int:
    """Return how many lines texts of these lengths take, each beginning a new one."""
    return sum(ceil(length * CHARACTER * size / width) for length in lengths)
