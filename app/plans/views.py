"""The page of a team's plan to last, and the forms of its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import is_coordinator
from app.bulletins.rules import own_team
from app.drafts.views import kept_fields
from app.forms import as_revision
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.plans.forms import (
    ActionForm,
    AllyForm,
    HandoverForm,
    LineForm,
    NeedForm,
    ScenarioForm,
    VisionForm,
    field_values,
)
from app.plans.hints import HINTS, reports_of
from app.plans.likeness import find_alike
from app.plans.print_size import print_size
from app.plans.queries import find_plan, past_challenges
from app.plans.rules import (
    LINE_LIMIT,
    MOST_LINES,
    MOST_SCENARIOS,
    VISION_LIMIT,
    day_bounds,
    may_fill,
    may_tick,
)
from app.plans.service import (
    LineConflictError,
    PlanClosedError,
    PlanFullError,
    VisionConflictError,
    is_plan_open,
    remove_item,
    save_item,
    save_vision,
    tick_action,
)
from app.plans.values import Action, Ally, Handover, Need, PlanContent, PlanItem, Scenario, find_line
from app.plans.vocabulary import ActionBy, HandoverKind, Nature, Theme
from app.plans.words import WORDS, in_words
from app.records.words import FIELD_LABELS, milestone_name, word_label
from app.request_values import allow_long_requests
from app.routing import MAX_ID, page_path, page_url
from app.teams.models import Team
from app.teams.queries import find_team

pages = Blueprint("plans", __name__)
allow_long_requests(pages)


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A sort of line in a plan: its form, what its pages are called, where it stands on the plan's page."""

    item: type[PlanItem]
    form: type[LineForm]
    adds: str
    changes: str
    anchor: str


PARTS: Mapping[str, PlanPart] = {
    "allies": PlanPart(Ally, AllyForm, _l("Add an ally"), _l("Change an ally"), "allies"),
    "scenarios": PlanPart(Scenario, ScenarioForm, _l("Add a scenario"), _l("Change a scenario"), "scenarios"),
    "needs": PlanPart(
        Need, NeedForm, _l("Add a need or a difficulty"), _l("Change a need or a difficulty"), "scenarios"
    ),
    "actions": PlanPart(Action, ActionForm, _l("Add an action"), _l("Change an action"), "scenarios"),
    "handover": PlanPart(
        Handover, HandoverForm, _l("Hand something over"), _l("Change what is handed over"), "handover"
    ),
}
IN_SCENARIOS = (Need, Action)


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/plan")
def show(team: str) -> str:
    """Show the whole plan of a team, to every member."""
    row, now = _team(team), clock.now()
    plan, is_open = find_plan(row) or PlanContent(), is_plan_open(row, now)
    kinds = [scenario.kind for scenario in plan.scenarios]
    return render_template(
        "plans/plan.html",
        team=row,
        plan=plan,
        size=print_size(plan),
        today=g.promotion.today(now),
        is_open=is_open,
        fills=is_open and _fills(row),
        ticks={by: is_open and _may_tick(row, by) for by in ActionBy},
        most_scenarios=MOST_SCENARIOS,
        most_lines=MOST_LINES,
        alike=find_alike(kinds, past_challenges(g.promotion, now)) if kinds else (),
        field_labels=FIELD_LABELS,
        milestone_name=milestone_name,
        word_label=word_label,
        ActionBy=ActionBy,
        HandoverKind=HandoverKind,
        Nature=Nature,
        Theme=Theme,
        hints=HINTS,
        reports=reports_of(Theme),
        words=WORDS,
    )


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/plan/vision")
def vision(team: str) -> str:
    """Show the form of the vision."""
    row = _own_team(team, clock.now())
    current = find_plan(row) or PlanContent()
    saved = {"vision": current.vision, "revision": str(current.vision_revision)}
    return _vision_page(row, VisionForm(saved, kept_fields(page_path())))


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/plan/vision")
def save_the_vision(team: str) -> Response | tuple[str, int]:
    """Save the vision, or show it again with what is wrong."""
    now = clock.now()
    row, form = _own_team(team, now), VisionForm({})
    if not form.validate():
        return _vision_page(row, form), 422
    try:
        save_vision(row, form.cleaned, form.base, now)
    except VisionConflictError as conflict:
        form.revision.data = str(conflict.revision)  # saving again overwrites it knowingly
        return _vision_page(row, form, theirs=[conflict.theirs]), 409
    return _back_to_plan(row, "vision")


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/plan/<slug:part>/new")
def new(team: str, part: str) -> str:
    """Show the form of a new line; the query says for which scenario, theme, column or kind."""
    row, sort = _own_team(team, clock.now()), _part(part)
    if sort.item in IN_SCENARIOS and not _scenario(row):
        abort(404)
    suggested = {name: request.args.get(name, "") for name in ("kind", "theme", "by")}
    return _line_page(row, part, _form(sort, suggested))


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/plan/<slug:part>/new")
def add(team: str, part: str) -> Response | tuple[str, int]:
    """Add a line, or show it again with what is wrong."""
    return _save(_own_team(team, clock.now()), part, 0)


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/plan/<slug:part>/<int:item>")
def edit(team: str, part: str, item: int) -> str:
    """Show the form of a line that there is."""
    row, sort = _own_team(team, clock.now()), _part(part)
    line = find_line(find_plan(row) or PlanContent(), sort.item, item) or abort(404)
    return _line_page(row, part, _form(sort, field_values(line)), item)


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/plan/<slug:part>/<int:item>")
def change(team: str, part: str, item: int) -> Response | tuple[str, int]:
    """Save a line, or show it again with what is wrong, or beside what a colleague wrote meanwhile."""
    return _save(_own_team(team, clock.now()), part, item)


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/plan/<slug:part>/<int:item>/remove")
def remove(team: str, part: str, item: int) -> Response:
    """Remove a line; a scenario goes with all that it holds."""
    now = clock.now()
    row, sort = _own_team(team, now), _part(part)
    seen = as_revision(request.form.get("revision"))
    if remove_item(row, sort.item, item, now, contents=request.form.get("contents", ""), seen=seen):
        flash(_("It has been removed from the plan."))
    return _back_to_plan(row, sort.anchor)


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/plan/actions/<int:item>/done")
def tick(team: str, item: int) -> Response:
    """Say that an action is done, or is to do after all."""
    now, row = clock.now(), _team(team)
    action = find_line(find_plan(row) or PlanContent(), Action, item)
    if not isinstance(action, Action):
        abort(404)
    if not _may_tick(row, action.by):
        abort(403)
    tick_action(row, item, now, done=request.form.get("done") == "yes")
    return _back_to_plan(row, f"action-{item}")


def _team(slug: str) -> Team:
    return find_team(g.promotion.id, slug) or abort(404)


def _own_team(slug: str, now: datetime) -> Team:
    """Return the team whose plan the member fills in; 403 for anybody else's. Raises PlanClosedError."""
    team = _team(slug)
    if not _fills(team):
        abort(403)
    if not is_plan_open(team, now):
        raise PlanClosedError(f"the plan of {team.slug} is closed")
    return team


def _fills(team: Team) -> bool:
    member = g.membership
    return may_fill(member.role, own_team=own_team(member.role, member.team_id) == team.id)


def _may_tick(team: Team, by: ActionBy) -> bool:
    return may_tick(
        fills=_fills(team), coordinates=is_coordinator(g.membership), by_coordination=by is ActionBy.COORDINATION
    )


def _part(name: str) -> PlanPart:
    return PARTS.get(name) or abort(404)


def _save(team: Team, part: str, item_id: int) -> Response | tuple[str, int]:
    sort = _part(part)
    form = _form(sort, {})
    if not form.validate():
        return _line_page(team, part, form, item_id), 422
    try:
        save_item(team, form.item(item_id), clock.now(), scenario_id=_scenario_id())
    except PlanFullError as full:
        form.form_errors.append(_("There are %(most)d already, and no more fit into the plan.", most=full.most))
        return _line_page(team, part, form, item_id), 422
    except LineConflictError as conflict:
        form.revision.data = str(conflict.theirs.revision)  # saving again overwrites it knowingly
        return _line_page(team, part, form, item_id, theirs=in_words(conflict.theirs)), 409
    if "again" in request.form:
        flash(_("Saved. You can add another."))
        return redirect(page_url(), 303)
    return _back_to_plan(team, sort.anchor)


def _form(sort: PlanPart, saved: Mapping[str, object]) -> LineForm:
    """Return the form as sent, with what was typed and is kept, or filled with `saved`."""
    form = sort.form(saved, kept_fields(page_url()))
    if isinstance(form, ActionForm):
        form.first_day, form.last_day = day_bounds(g.promotion.starts_on, g.promotion.ends_on)
    return form


def _scenario(team: Team) -> PlanItem | None:
    """Return the scenario that the query names, if it is one of the team's."""
    return find_line(find_plan(team) or PlanContent(), Scenario, _scenario_id())


def _scenario_id() -> int:
    """Return the id that the query names; 0, that of no scenario, where it names none that there can be."""
    named = request.args.get("scenario", 0, type=int)
    return named if 0 < named <= MAX_ID else 0


def _vision_page(team: Team, form: VisionForm, theirs: Sequence[str] = ()) -> str:
    return render_template("plans/vision.html", team=team, form=form, theirs=theirs, limit=VISION_LIMIT)


def _line_page(team: Team, part: str, form: LineForm, item_id: int = 0, theirs: Sequence[str] = ()) -> str:
    """Render the form of a line, a new one where `item_id` is 0; beside `theirs`, what a colleague saved meanwhile."""
    sort, plan = PARTS[part], find_plan(team) or PlanContent()
    line = find_line(plan, sort.item, item_id)
    theme = request.args.get("theme") or (line.theme if isinstance(line, Need) else "")
    themes = [Theme(theme)] if theme in set(Theme) else list(Theme)
    return render_template(
        "plans/line.html",
        team=team,
        part=part,
        sort=sort,
        form=form,
        item_id=item_id,
        line=line,
        theirs=theirs,
        scenario=find_line(plan, Scenario, _scenario_id()),
        page=page_url(),
        themes=themes,
        hints=HINTS,
        reports=reports_of(themes),
        limit=LINE_LIMIT,
        words=WORDS,
    )


def _back_to_plan(team: Team, anchor: str) -> Response:
    return redirect(url_for("plans.show", team=team.slug, _anchor=anchor), 303)
