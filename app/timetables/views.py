"""The page of the timetable: hours with the weeks they come to, days off, pauses of teams."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.digests.scheduling import decisions_by_week
from app.i18n import format_day, ngettext, week_name
from app.i18n import gettext as _
from app.teams.queries import teams_of
from app.timetables.forms import DaysOffForm, HoursForm, PauseForm, describe_fault
from app.timetables.rules import are_off, plan_weeks
from app.timetables.service import (
    DayRefusedError,
    HoursConflictError,
    PauseRefusedError,
    add_days_off,
    add_pause,
    change_hours,
    end_pause,
    fingerprint,
    first_choices,
    open_week,
    remove_day_off,
    with_hours,
)
from app.weeks import Timetable, Week

pages = Blueprint("timetables", __name__)


@pages.get("/<slug:promotion_slug>/manage/timetable")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the hours, the next weeks, days off and pauses."""
    return _page()


@pages.post("/<slug:promotion_slug>/manage/timetable")
@access(Access.COORDINATOR)
def save_hours() -> Response | str | tuple[str, int]:
    """Save other hours; with the button `preview`, only show the weeks that they would come to."""
    form, now = _hours_form(), clock.now()
    if not form.validate():
        return _page(hours=form), 422
    choices = first_choices(g.promotion, form.hours, now)
    form.holds_from.choices = [(week.label, week_name(week)) for week in choices]
    first = next((week for week in choices if week.label == form.holds_from.data), choices[0])
    timetable = with_hours(g.promotion, form.hours)
    if "preview" in request.form:
        return _page(hours=form, previewed=timetable, first=first)
    try:
        change_hours(g.promotion, form.hours, first, form.seen.data or "", current_user.id, now)
    except HoursConflictError:
        return _page(hours=form, previewed=timetable, first=first, conflict=True), 409
    day = format_day(first.monday, "EEEE d MMMM")
    flash(_("The hours have been saved; they hold from %(day)s on.", day=day))
    return redirect(url_for("timetables.show"), 303)


@pages.post("/<slug:promotion_slug>/manage/timetable/days-off")
@access(Access.COORDINATOR)
def add_days() -> Response | tuple[str, int]:
    """Make days days off."""
    now = clock.now()
    form = DaysOffForm(g.promotion.timetable, g.promotion.today(now))
    if form.first_day.data and are_off(g.promotion.timetable, form.first_day.data, form.last_day.data):
        return redirect(url_for("timetables.show", _anchor="days-off"), 303)  # sent again
    if not form.validate():
        return _page(days=form), 422
    first: date = form.first_day.data or date.min
    try:
        number = add_days_off(g.promotion, first, form.last_day.data or first, current_user.id, now)
    except DayRefusedError as error:
        form.first_day.errors = [describe_fault(error.fault)]
        return _page(days=form), 422
    flash(ngettext("%(num)d day off has been added.", "%(num)d days off have been added.", number), "at-days-off")
    return redirect(url_for("timetables.show", _anchor="days-off"), 303)


@pages.post("/<slug:promotion_slug>/manage/timetable/days-off/remove")
@access(Access.COORDINATOR)
def remove_day() -> Response:
    """Take a day off back; a second time changes nothing."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        abort(400)
    try:
        if remove_day_off(g.promotion, day, current_user.id, clock.now()):
            flash(_("The day off has been taken back."), "at-days-off")
    except DayRefusedError as error:
        flash(describe_fault(error.fault), "at-days-off")
    return redirect(url_for("timetables.show", _anchor="days-off"), 303)


@pages.post("/<slug:promotion_slug>/manage/timetable/pauses")
@access(Access.COORDINATOR)
def pause() -> Response | tuple[str, int]:
    """Pause a team."""
    form, now = _pause_form(), clock.now()
    if not form.validate():
        return _page(pauses=form), 422
    team, first, last = form.teams[form.team.data], form.weeks[form.first.data], form.weeks[form.last.data]
    try:
        add_pause(team, first, last, form.cleaned_reason, current_user.id, now)
    except PauseRefusedError as error:
        told = (
            _("This team is paused in some of these weeks already.") if error.overlaps else _("This week has closed.")
        )
        form.first.errors = [told]
        return _page(pauses=form), 422
    flash(_("%(team)s is paused.", team=team.name), "at-pauses")
    return redirect(url_for("timetables.show", _anchor="pauses"), 303)


@pages.post("/<slug:promotion_slug>/manage/timetable/pauses/<int:pause_id>/end")
@access(Access.COORDINATOR)
def end(pause_id: int) -> Response:
    """Take a pause back, from the first week on that has not closed."""
    if end_pause(g.promotion, pause_id, current_user.id, clock.now()):
        flash(_("The pause has been taken back."), "at-pauses")
    return redirect(url_for("timetables.show", _anchor="pauses"), 303)


def _hours_form() -> HoursForm:
    hours = g.promotion.hours
    return HoursForm(hours, fingerprint(g.promotion), first_choices(g.promotion, hours, clock.now()))


def _pause_form() -> PauseForm:
    return PauseForm(g.promotion, teams_of(g.promotion.id), open_week(g.promotion, clock.now()))


def _page(
    *,
    hours: HoursForm | None = None,
    days: DaysOffForm | None = None,
    pauses: PauseForm | None = None,
    previewed: Timetable | None = None,
    first: Week | None = None,
    conflict: bool = False,
) -> str:
    """Render the page; a form that came back with faults is given, `previewed` are hours that are not saved yet."""
    promotion, now = g.promotion, clock.now()
    first_open, last = open_week(promotion, now), Week.of(promotion.ends_on)
    today = promotion.today(now)
    return render_template(
        "timetables/timetable.html",
        hours=hours or _hours_form(),
        days=days or DaysOffForm(promotion.timetable, today),
        pauses=pauses or _pause_form(),
        refused=next((form for form in (hours, days, pauses) if form and form.errors), None),
        plans=plan_weeks(promotion.timetable, first_open, last),
        decisions=decisions_by_week(promotion.id),
        previews=plan_weeks(previewed, first or first_open, last) if previewed else None,
        conflict=conflict,
        seen_now=fingerprint(promotion),
        days_off=promotion.days_off,
        today=today,
        first_open=first_open,
        teams=teams_of(promotion.id),
        zone=promotion.timetable.zone,
        preview_zone=previewed.zone if previewed else None,
    )
