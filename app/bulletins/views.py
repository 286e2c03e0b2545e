"""Writing the week's bulletin: the form, its preview, its receipt."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.bulletins.filing import Filing
from app.bulletins.form_page import form_page, write_form
from app.bulletins.service import EditConflictError, WeekNotOpenError, save_bulletin
from app.bulletins.team_week import TeamWeek, team_week
from app.markdown import to_html
from app.weeks import Week

pages = Blueprint("bulletins", __name__)


@pages.get("/<slug:promotion_slug>/bulletin", defaults={"week": None})
@pages.get("/<slug:promotion_slug>/bulletin/<week:week>")
@access(Access.WRITER)
def form(week: Week | None) -> str:
    """The form of the team's bulletin, of this week unless another is named."""
    desk = _desk(week)
    return form_page(write_form(desk), desk)


@pages.post("/<slug:promotion_slug>/bulletin", defaults={"week": None})
@pages.post("/<slug:promotion_slug>/bulletin/<week:week>")
@access(Access.WRITER)
def save(week: Week | None) -> Response | str | tuple[str, int]:
    """Save what was typed, or show it again with what is wrong."""
    desk = _desk(week)
    filled = write_form(desk)
    if "preview" in request.form:
        return form_page(filled, desk, preview=True)
    if not filled.validate():
        return form_page(filled, desk), 422
    try:
        save_bulletin(desk.team, desk.week, current_user, filled.draft(), filled.base, desk.now)
    except EditConflictError as conflict:
        return form_page(filled, _desk(desk.week), theirs=conflict.theirs), 409
    except WeekNotOpenError:
        return form_page(filled, _desk(desk.week)), 409
    return redirect(url_for("home.receipt", week=desk.week))


@pages.post("/<slug:promotion_slug>/bulletin/preview")
@access(Access.WRITER)
def preview() -> str:
    """The HTML of a text being typed; nothing is kept."""
    return to_html(request.form.get("text", ""))


def _desk(week: Week | None) -> TeamWeek:
    """The team's week named in the address, or the current one; 404 when it never is, or has not begun."""
    now, team = clock.now(), g.membership.team
    week = week or g.promotion.timetable.week_at(now)
    if not g.promotion.has_week(week) or not team.is_active_in(week):
        abort(404)
    desk = team_week(team, week, now)
    if desk.filing is Filing.NOT_OPEN:
        abort(404)
    return desk
