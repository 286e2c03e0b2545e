"""When the digest of a week leaves: issue it now, hold it back, put it off, let it leave as planned."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.digests.errors import AlreadyIssuedError, EarlierDigestError
from app.digests.moments import AS_PLANNED, HELD, Decision
from app.digests.schedule_forms import PutOffForm
from app.digests.scheduling import ScheduleConflictError, decide
from app.digests.service import find_digest, issue_by_hand
from app.digests.week_page import WeekPage, get_week_page
from app.forms import as_revision
from app.i18n import gettext as _
from app.i18n import moment as format_moment
from app.i18n import week_name
from app.routing import page_to_return_to
from app.teams.members import members_on
from app.weeks import Week, WeekState

pages = Blueprint("digest_schedule", __name__)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/hold")
@access(Access.COORDINATOR)
def hold(week: Week) -> Response | tuple[str, int]:
    """Keep the digest from leaving by itself."""
    page = _page_or_404(week)
    return _decide(page, HELD, _("The digest of the %(week)s is held back until you let it go.", week=week_name(week)))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/release")
@access(Access.COORDINATOR)
def release(week: Week) -> Response | tuple[str, int]:
    """Let the digest leave at its planned moment again; at once, where that has passed."""
    page = _page_or_404(week)
    planned = page.planned
    told = _("The digest leaves in a moment.")
    if planned and planned > clock.now():
        told = _("The digest leaves as planned, %(moment)s.", moment=format_moment(planned, page.zone))
    return _decide(page, AS_PLANNED, told)


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/put-off")
@access(Access.COORDINATOR)
def put_off_form(week: Week) -> str:
    """Show the form that puts the digest off."""
    page = _page_or_404(week)
    return _put_off_page(page, PutOffForm(g.promotion.timetable, week, clock.now(), page.later or page.leaves_at))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/put-off")
@access(Access.COORDINATOR)
def put_off(week: Week) -> Response | tuple[str, int]:
    """Put the digest off to the moment that was typed, or that the button named."""
    page = _page_or_404(week)
    if page.state is WeekState.ISSUED:
        return _already_issued(week)
    form = PutOffForm(g.promotion.timetable, week, clock.now(), None)
    if not form.validate():
        return _put_off_page(page, form), 422
    told = _("The digest will leave %(moment)s.", moment=format_moment(form.moment, page.zone))
    return _decide(page, Decision(put_off_to=form.moment), told)


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/issue")
@access(Access.COORDINATOR)
def ask_issue(week: Week) -> str | Response | tuple[str, int]:
    """Show what issuing the digest now does, and its button."""
    page = _page_or_404(week)
    if page.state is WeekState.ISSUED:
        return _already_issued(week)
    if not page.may_issue:
        abort(404)
    day = g.promotion.timetable.closing_day(week)
    members = sum(1 for _member in members_on(g.promotion.id, day))
    return render_template("digests/issue.html", page=page, members=members, WeekState=WeekState)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/issue")
@access(Access.COORDINATOR)
def issue(week: Week) -> Response:
    """Issue the digest now. An open week is closed by it for everybody, which the page has told."""
    page = _page_or_404(week)
    was_open = request.form.get("open") == "yes"
    if page.state is WeekState.OPEN and not was_open:
        abort(409)
    try:
        digest = issue_by_hand(
            g.promotion, week, current_user.id, clock.now(), letters=request.form.get("letters") != "no"
        )
    except AlreadyIssuedError:
        return _already_issued(week)
    except EarlierDigestError as error:
        flash(str(error.advice), "warning")
        return redirect(url_for("digests.manage_week", week=error.week), 303)
    flash(_("There was nothing to tell: no email leaves.") if digest.empty else _("The digest has been issued."))
    return redirect(url_for("digests.manage_week", week=week), 303)


def _decide(page: WeekPage, decision: Decision, told: str) -> Response | tuple[str, int]:
    """Store the decision, tell it, and go back to the page it was taken on."""
    if page.state is WeekState.ISSUED:
        return _already_issued(page.week)
    if not page.may_schedule:
        abort(409)
    base, now = as_revision(request.form.get("base")), clock.now()
    try:
        decide(g.promotion, page.week, decision, base, current_user.id, now)
    except AlreadyIssuedError:
        return _already_issued(page.week)
    except ScheduleConflictError as error:
        return render_template(
            "digests/schedule_conflict.html",
            page=page,
            theirs=error.theirs,
            decision=decision,
            zone=page.zone,
        ), 409
    flash(told, "at-step-digest")
    return redirect(f"{page_to_return_to(url_for('digests.manage_week', week=page.week))}#step-digest", 303)


def _already_issued(week: Week) -> Response:
    """Say since when the digest is issued: another click, or somebody else, was first."""
    digest = find_digest(g.promotion.id, week)
    if digest:
        issued = format_moment(digest.issued_at, g.promotion.timetable.zone)
        flash(_("This week’s digest was issued %(moment)s.", moment=issued))
    return redirect(url_for("digests.manage_week", week=week), 303)


def _page_or_404(week: Week) -> WeekPage:
    """Return the page of a week that has a digest: 404 outside the promotion and without a working day."""
    if not g.promotion.has_week(week) or g.promotion.timetable.closing_day(week) is None:
        abort(404)
    return get_week_page(g.membership, week, clock.now())


def _put_off_page(page: WeekPage, form: PutOffForm) -> str:
    if not page.may_schedule:
        abort(404)
    return render_template("digests/put_off.html", page=page, form=form)
