"""My week, the receipt of a bulletin, my own page; the first page of a visitor."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, may_enter, memberships
from app.bulletins.filing import Filing
from app.bulletins.form_page import form_values, write_form
from app.bulletins.team_week import TeamWeek, team_week
from app.help_requests.acts import renewable
from app.help_requests.service import show_live_calls_of_team
from app.home.me_views import my_page
from app.home.service import set_language as keep_language
from app.languages import LOCALES
from app.readership.service import unread_weeks
from app.routing import is_ours
from app.teams.models import Membership, Team
from app.teams.pauses import is_paused
from app.teams.sign_in_views import SignInForm
from app.weeks import Week

pages = Blueprint("home", __name__)


@pages.get("/")
@access(Access.PUBLIC)
def my_week() -> str | Response:
    """A member's week; for a visitor, what this is and how to sign in."""
    if not current_user.is_authenticated:
        return render_template("home/welcome.html", form=SignInForm())
    mine = memberships()
    if not mine:
        return render_template("home/nowhere.html")
    g.membership, g.promotion = mine[0], mine[0].promotion
    g.slug = g.promotion.slug
    return _week_page(g.membership)


@pages.get("/<slug:promotion_slug>/")
def promotion_week() -> str:
    """The week of one promotion, for somebody who is in several."""
    return _week_page(g.membership)


@pages.get("/me")
def me() -> str:
    """One's own page."""
    return my_page()


@pages.get("/<slug:promotion_slug>/bulletin/<week:week>/receipt")
@access(Access.WRITER)
def receipt(week: Week) -> str:
    """What was just sent, until when it can be changed, and the digests still to read."""
    desk = team_week(g.membership.team, week, clock.now())
    if desk.bulletin is None:
        abort(404)
    values = form_values(write_form(desk), desk)
    return render_template("home/receipt.html", **{**values, "unread": unread_weeks(g.membership, clock.now())})


@pages.post("/language")
@access(Access.PUBLIC)
def set_language() -> Response:
    """Answer in another language from now on."""
    language = request.form.get("locale", "")
    if language not in LOCALES:
        abort(400)
    session["locale"] = language
    if current_user.is_authenticated:
        keep_language(current_user, language)
    after = request.form.get("next", "")
    return redirect(after if is_ours(after) else url_for("home.my_week"))


def _week_page(member: Membership) -> str:
    now, timetable = clock.now(), g.promotion.timetable
    week = timetable.week_at(now)
    calls = show_live_calls_of_team(member.team_id) if member.team_id else []
    values = _writing(member.team, week) if member.team and _writes(member, week) else {}
    return render_template(
        "home/my_week.html",
        **{
            "week": week,
            "now": now,
            "zone": timetable.zone,
            "closes": timetable.closes(week),
            "today": g.promotion.today(now),
            "unread": unread_weeks(member, now),
            "calls": calls,
            "renewable": renewable(calls, g.promotion, now),
            "memberships": memberships(),
            "writes": bool(values),
            **values,
        },
    )


def _writes(member: Membership, week: Week) -> bool:
    return may_enter(member, Access.WRITER) and _has_bulletin(member.team, week)


def _has_bulletin(team: Team | None, week: Week) -> bool:
    return team is not None and g.promotion.has_week(week) and team.is_active_in(week)


def _writing(team: Team, week: Week) -> dict[str, object]:
    desk = team_week(team, week, clock.now())
    return {
        **form_values(write_form(desk), desk),
        "missed": _missed(desk),
        "missed_until": team.promotion.timetable.late_until(desk.before),
        "previews": {},
    }


def _missed(desk: TeamWeek) -> Week | None:
    """The week before, if the team was expected to write in it, has not, and still may."""
    late = desk.filing_before is Filing.LATE and not is_paused(desk.team.id, desk.before)
    return desk.before if late else None
