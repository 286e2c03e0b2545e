"""The milestones of a promotion and who has answered, for its members; the coordination declares and moves them."""

from __future__ import annotations

from itertools import count

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, is_coordinator
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.i18n import gettext as _
from app.records.milestone_days import propose
from app.records.milestone_forms import MOST_MONTHS, DaysForm, MilestoneForm
from app.records.milestone_service import (
    AlreadyDeclaredError,
    DaysChangedError,
    days_of,
    declare_milestone,
    move_milestone,
    remove_milestone,
)
from app.records.milestone_status import (
    MilestoneStatus,
    RecordState,
    TeamStatus,
    find_milestone_status,
    milestone_statuses,
    open_milestone_statuses,
)
from app.records.milestone_words import at_milestone
from app.records.milestones import END, MID, MilestoneState, months_after, parse_milestone
from app.records.queries import milestone_keys
from app.records.respondents import responder_of
from app.records.words import RESPONDERS, milestone_name
from app.teams.models import Promotion

FOLLOW_UP_EVERY = 6  # months: those that are proposed, one after the other

pages = Blueprint("milestones", __name__)
pages.add_app_template_filter(at_milestone)


@pages.app_template_global()
def open_milestones_here() -> list[MilestoneStatus]:
    """Return the milestones of the page's promotion that are open, for the line that leads to them."""
    return open_milestone_statuses(g.promotion, clock.now())


@pages.app_template_global()
def own_record(status: MilestoneStatus) -> TeamStatus | None:
    """Return what there is of the record that the reader of the page may fill in now, as one of its team."""
    row = next((each for each in status.counted if each.team.id == g.membership.team_id), None)
    if row is None or status.state is not MilestoneState.OPEN:
        return None
    return row if responder_of(g.membership, status.milestone, row.team, clock.now()) else None


@pages.get("/<slug:promotion_slug>/records")
def index() -> str:
    """List the milestones, those that are open first; before there is any, say what they are for."""
    statuses = milestone_statuses(g.promotion, clock.now())
    order = [MilestoneState.OPEN, MilestoneState.PLANNED, MilestoneState.CLOSED]
    return render_template(
        "records/milestones.html",
        statuses=sorted(statuses, key=lambda each: order.index(each.state)),
        proposed=_proposed(g.promotion),
        coordinates=is_coordinator(g.membership),
        MilestoneState=MilestoneState,
    )


@pages.get("/<slug:promotion_slug>/records/<slug:milestone>")
def show(milestone: str) -> str:
    """Show who has answered at a milestone, and what has become of its teams since the one before."""
    return render_template(
        "records/milestone.html",
        status=_get_status(milestone),
        coordinates=is_coordinator(g.membership),
        RecordState=RecordState,
        MilestoneState=MilestoneState,
        responders=RESPONDERS,
        zone=g.promotion.timetable.zone,
    )


@pages.get("/<slug:promotion_slug>/manage/records/new")
@access(Access.COORDINATOR)
def new() -> str:
    """Show the form of a milestone to declare, with the days that its name says."""
    return render_template("records/milestone_new.html", form=_new_form(), most_months=MOST_MONTHS)


@pages.post("/<slug:promotion_slug>/manage/records/new")
@access(Access.COORDINATOR)
def declare() -> Response | tuple[str, int]:
    """Declare a milestone."""
    form = _new_form()
    valid, status = form.validate(), 422
    if valid:
        note_action(AuditAction.MILESTONE_DECLARED, detail=form.key)
        try:
            declare_milestone(g.promotion, form.key, form.days)
        except AlreadyDeclaredError as error:
            form.moment.errors, status = [error.advice], 409
        else:
            flash(_("The milestone is declared. It opens by itself, and writes to those who answer."))
            return redirect(url_for("milestones.show", milestone=form.key), 303)
    return render_template("records/milestone_new.html", form=form, most_months=MOST_MONTHS), status


@pages.get("/<slug:promotion_slug>/manage/records/<slug:milestone>")
@access(Access.COORDINATOR)
def edit(milestone: str) -> str:
    """Show the days of a milestone to change, and how to remove it."""
    status = _get_status(milestone)
    return _edit_page(status, DaysForm(g.promotion, milestone, days_of(status.milestone)))


@pages.post("/<slug:promotion_slug>/manage/records/<slug:milestone>")
@access(Access.COORDINATOR)
def move(milestone: str) -> Response | tuple[str, int]:
    """Give a milestone other days."""
    status = _get_status(milestone)
    form = DaysForm(g.promotion, milestone, None, saved_day=status.milestone.day)
    if not form.validate():
        return _edit_page(status, form), 422
    note_action(AuditAction.MILESTONE_CHANGED, detail=milestone)
    try:
        move_milestone(status.milestone, form.days, form.base.data)
    except DaysChangedError:
        status = _get_status(milestone)
        form.base.data = days_of(status.milestone).base  # saving again replaces them knowingly
        return _edit_page(status, form, changed=True), 409
    flash(_("The days of the milestone are changed."))
    return redirect(url_for("milestones.show", milestone=milestone), 303)


@pages.post("/<slug:promotion_slug>/manage/records/<slug:milestone>/remove")
@access(Access.COORDINATOR)
def remove(milestone: str) -> Response:
    """Remove a milestone at which nothing was sent."""
    status = _get_status(milestone)
    note_action(AuditAction.MILESTONE_REMOVED, detail=milestone)
    remove_milestone(status.milestone)
    flash(_("The milestone is removed: %(name)s.", name=milestone_name(milestone)))
    return redirect(url_for("milestones.index"), 303)


def _get_status(key: str) -> MilestoneStatus:
    return find_milestone_status(g.promotion, key, clock.now()) or abort(404)


def _edit_page(status: MilestoneStatus, form: DaysForm, *, changed: bool = False) -> str:
    return render_template("records/milestone_edit.html", status=status, form=form, changed=changed)


def _new_form() -> MilestoneForm:
    taken = milestone_keys(g.promotion)
    try:
        key = parse_milestone(request.args.get("key", ""))
    except ValueError:
        key = _proposed(g.promotion)[0]
    if (months_after(key) or 0) > MOST_MONTHS:
        key = END
    today = g.promotion.today(clock.now())
    days = propose(key, g.promotion.starts_on, g.promotion.ends_on, today)
    return MilestoneForm(g.promotion, key, days, taken=taken, today=today)


def _proposed(promotion: Promotion) -> list[str]:
    """Return the keys of the milestones that may be declared next, by time; one follow-up at least."""
    taken = milestone_keys(promotion)
    follow_ups = (f"after-{months}" for months in count(FOLLOW_UP_EVERY, FOLLOW_UP_EVERY))
    return [*(key for key in (MID, END) if key not in taken), next(key for key in follow_ups if key not in taken)]
