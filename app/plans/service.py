"""Filling in a plan: each line is saved by itself, so that several people write at once and nobody's text is lost.

A line keeps its team's key date in step: an action that is to do and has a day is a key date, and no other is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import cast

from sqlalchemy import select

from app.bulletins.key_dates import follow_key_date, remember_removed
from app.bulletins.models import KeyDate
from app.database import db, insert_or_ignore
from app.errors import DomainError, UnseenChangeError
from app.i18n import lazy_gettext as _l
from app.plans.models import Plan, PlanAction, PlanAlly, PlanHandover, PlanNeed, PlanScenario
from app.plans.rules import MOST_HANDOVERS, MOST_LINES, MOST_SCENARIOS, is_open
from app.plans.values import Action, Ally, Handover, Need, PlanItem, Scenario
from app.teams.models import Team

Line = PlanAlly | PlanScenario | PlanNeed | PlanAction | PlanHandover
ROWS: Mapping[type[PlanItem], type[Line]] = {
    Ally: PlanAlly,
    Scenario: PlanScenario,
    Need: PlanNeed,
    Action: PlanAction,
    Handover: PlanHandover,
}
LISTS: Mapping[type[PlanItem], tuple[str, int]] = {  # the list that a line joins, and how many it may hold
    Ally: ("allies", MOST_LINES),
    Scenario: ("scenarios", MOST_SCENARIOS),
    Need: ("needs", MOST_LINES),
    Action: ("actions", MOST_LINES),
    Handover: ("handovers", MOST_HANDOVERS),
}


class PlanClosedError(DomainError):
    """The promotion or the team has ended: its plan is only read."""

    status = 409
    advice = _l("This cohort or this team has ended: its plan can be read, and no longer changed.")


class LineGoneError(DomainError):
    """The line, or the scenario that it belongs to, is not in this plan, or no longer."""

    status = 409
    advice = _l("Somebody has removed this from the plan in the meantime.")


class PlanFullError(Exception):
    """The plan or the scenario has as many lines of this sort as it may have; `most` is their number."""

    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(most)


class LineConflictError(Exception):
    """Somebody saved the line since the author opened it; `theirs` is the line as saved."""

    def __init__(self, theirs: PlanItem) -> None:
        self.theirs = theirs
        super().__init__(theirs.revision)


class VisionConflictError(Exception):
    """Somebody saved the vision since the author opened it."""

    def __init__(self, theirs: str, revision: int) -> None:
        self.theirs, self.revision = theirs, revision
        super().__init__(revision)


class ScenarioChangedError(UnseenChangeError):
    """Somebody has changed what the scenario holds since its removal was asked for."""

    advice = _l("Somebody has just changed this scenario: look at it again before you remove it.")


def save_vision(team: Team, text: str, base: int, now: datetime) -> None:
    """Save the vision of the team's plan, which the author read at revision `base`. Commits.

    Raises VisionConflictError when another text came first, PlanClosedError.
    """
    plan = _lock_plan(team, now)
    if plan.vision == text:
        return
    if plan.vision_revision != base:
        raise VisionConflictError(plan.vision, plan.vision_revision)
    plan.vision, plan.vision_revision, plan.changed_at = text, base + 1, now
    db.session.commit()


def save_item(team: Team, item: PlanItem, now: datetime, *, scenario_id: int | None = None) -> None:
    """Save a line of the team's plan: a new one where its id is 0, else the one that its author read.

    `scenario_id`: the scenario of a new need or action. A line that says this already is left as it is, so that a
    button pressed twice adds none. Commits. Raises PlanClosedError, LineGoneError, PlanFullError, and
    LineConflictError when another text of the line came first.
    """
    plan = _lock_plan(team, now)
    line = _get_line(plan, type(item), item.id) if item.id else _add_line(plan, item, scenario_id)
    if line is None or (item.id and line.value == item):
        return
    if item.id and line.revision != item.revision:
        raise LineConflictError(line.value)
    for field in fields(item):
        if field.compare:  # what its form holds: neither ids nor what is saved elsewhere
            setattr(line, field.name, getattr(item, field.name))
    line.revision += 1
    _commit(plan, line, now)


def remove_item(
    team: Team, part: type[PlanItem], item_id: int, now: datetime, *, contents: str = "", seen: int = 0
) -> bool:
    """Remove a line; with a scenario all that it holds, if that is still `contents`. Commits.

    `seen`: the revision of the line that was seen, 0 where that is not known.

    Returns whether there was one: a button pressed twice removes nothing else. Raises PlanClosedError,
    ScenarioChangedError, UnseenChangeError.
    """
    plan = _lock_plan(team, now)
    line = _find_line(plan, part, item_id)
    if line is None:
        return False
    if isinstance(line, PlanScenario) and line.value.contents != contents:
        raise ScenarioChangedError(f"scenario {line.id}")
    if seen and seen != line.revision:
        db.session.rollback()
        raise UnseenChangeError(f"line {line.id}")
    for key_date in _key_dates_of(line):
        remember_removed(key_date, now, seen_by_all=True)
    db.session.delete(line)
    plan.changed_at = now
    db.session.commit()
    return True


def tick_action(team: Team, action_id: int, now: datetime, *, done: bool) -> None:
    """Say that an action is done, today, or is to do after all. Commits. Raises PlanClosedError, LineGoneError."""
    plan = _lock_plan(team, now)
    action = _get_line(plan, Action, action_id)
    if isinstance(action, PlanAction) and (action.done_on is not None) is not done:
        action.done_on = team.promotion.today(now) if done else None
        _commit(plan, action, now)


def is_plan_open(team: Team, now: datetime) -> bool:
    """Return whether the plan of the team may still change at `now`."""
    promotion = team.promotion
    return is_open(promotion.phase(now), team.active_until, promotion.today(now))


def _lock_plan(team: Team, now: datetime) -> Plan:
    """Lock the plan of the team until the transaction ends, and read it anew; a first one is made."""
    if not is_plan_open(team, now):
        raise PlanClosedError(f"the plan of {team.slug} is closed")
    empty = {"team_id": team.id, "vision": "", "vision_revision": 0, "changed_at": now}
    db.session.execute(insert_or_ignore(Plan, "team_id").values(**empty))
    query = select(Plan).where(Plan.team_id == team.id).with_for_update()
    return db.session.scalars(query, execution_options={"populate_existing": True}).one()


def _find_line(plan: Plan, part: type[PlanItem], line_id: int) -> Line | None:
    """Read a line anew, whatever the session holds of it, if it is one of the plan."""
    line = cast("Line | None", db.session.get(ROWS[part], line_id, populate_existing=True))
    return None if line is None or line.plan_id != plan.id else line


def _get_line(plan: Plan, part: type[PlanItem], line_id: int) -> Line:
    """Return what `_find_line` finds. Raises LineGoneError."""
    line = _find_line(plan, part, line_id)
    if line is None:
        raise LineGoneError(f"{part.__name__} {line_id}")
    return line


def _add_line(plan: Plan, item: PlanItem, scenario_id: int | None) -> Line | None:
    """Add an empty line for `item` to its list; None where the list has an equal line already.

    Raises PlanFullError, LineGoneError for a scenario that is not in the plan.
    """
    parent: Plan | PlanScenario = plan
    if isinstance(item, Need | Action):
        parent = cast("PlanScenario", _get_line(plan, Scenario, scenario_id or 0))
    name, most = LISTS[type(item)]
    lines: list[Line] = getattr(parent, name)
    if any(line.value == item for line in lines):
        return None
    if len(lines) >= most:
        raise PlanFullError(most)
    line = ROWS[type(item)](revision=0)
    lines.append(line)
    return line


def _commit(plan: Plan, line: Line, now: datetime) -> None:
    """Commit what was written into `line`, its key date with it."""
    if isinstance(line, PlanAction):
        day = line.due_on if line.done_on is None else None  # there is one while it is to do and has a day
        line.key_date = follow_key_date(line.key_date, plan.team_id, day, line.text, now, seen_by_all=True)
    plan.changed_at = now
    db.session.commit()


def _key_dates_of(line: Line) -> list[KeyDate]:
    """Return the key dates that go with the line when it is removed."""
    actions = line.actions if isinstance(line, PlanScenario) else [line] if isinstance(line, PlanAction) else []
    return [action.key_date for action in actions if action.key_date]
