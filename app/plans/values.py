"""A plan to last as values, for pages, files and advice. Values in, values out.

Two values are equal when they say the same, whatever their ids: a button pressed twice adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from app.plans.vocabulary import ActionBy, AllyKind, Axis, HandoverKind, Nature, ScenarioKind, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of a plan. `id` is 0 before it is saved; `revision` counts how often it was saved."""

    id: int = field(default=0, compare=False)
    revision: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ally(Item):
    """Who helps the challenge to last."""

    kind: AllyKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Need(Item):
    """What a scenario lacks, or what stands in its way."""

    theme: Theme
    nature: Nature
    axis: Axis | None = None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Item):
    """Something to do. `owner` is a name or a function, as typed; `done_on` is the day on which it was ticked off."""

    by: ActionBy
    text: str
    owner: str = ""
    due_on: date | None = None
    done_on: date | None = field(default=None, compare=False)

    def is_overdue(self, today: date) -> bool:
        """Return whether its day has passed and it is still to be done."""
        return self.done_on is None and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario(Item):
    """One way in which the challenge may go on; `text`, a line that says how, may be empty."""

    kind: ScenarioKind
    text: str = ""
    needs: tuple[Need, ...] = field(default=(), compare=False)
    actions: tuple[Action, ...] = field(default=(), compare=False)

    @property
    def contents(self) -> str:
        """Tell this scenario's lines at these revisions from any others, in one word."""
        lines: tuple[Item, ...] = (*self.needs, *self.actions)
        return "-".join(f"{line.id}.{line.revision}" for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Item):
    """Something that was handed over, and its URL."""

    kind: HandoverKind
    url: str


PlanItem = Ally | Scenario | Need | Action | Handover


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanContent:
    """The whole plan of one team, each list in the order in which it was written.

    `changed_at` is None for a plan that nobody has begun.
    """

    vision: str = ""
    vision_revision: int = 0
    allies: tuple[Ally, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    handovers: tuple[Handover, ...] = ()
    changed_at: datetime | None = None


def find_line(plan: PlanContent, sort: type[PlanItem], line_id: int) -> PlanItem | None:
    """Return the line of that sort with that id, wherever it stands in the plan."""
    lines: list[PlanItem] = [*plan.allies, *plan.scenarios, *plan.handovers]
    for scenario in plan.scenarios:
        lines += [*scenario.needs, *scenario.actions]
    return next((line for line in lines if type(line) is sort and line.id == line_id), None)


class PlanState(StrEnum):
    """How far a plan is."""

    EMPTY = "empty"  # nothing is written
    BEGUN = "begun"  # but no scenario has an action yet
    WITH_ACTIONS = "with_actions"


def plan_state(plan: PlanContent) -> PlanState:
    """Return how far the plan is."""
    if any(scenario.actions for scenario in plan.scenarios):
        return PlanState.WITH_ACTIONS
    is_begun = bool(plan.vision or plan.allies or plan.scenarios or plan.handovers)
    return PlanState.BEGUN if is_begun else PlanState.EMPTY
