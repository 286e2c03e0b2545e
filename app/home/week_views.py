"""My week, and the receipt of a bulletin; the first page of a visitor."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, current_memberships, may_access, surround_with_first_menu
from app.advice.queries import AdviceForMember, advice_for
from app.bulletins.queries import is_frozen, team_week
from app.bulletins.rules import FilingWindow, own_team
from app.bulletins.views import bulletin_form, form_values
from app.digests.scheduling import leaving_moment
from app.drafts.views import note_no_drafts
from app.help_requests.service import live_calls_of_team, renewable
from app.home.waiting import what_waits
from app.management.first_run import is_new_site
from app.readership.service import unread_digests
from app.teams.models import Membership, Promotion
from app.teams.phases import Phase
from app.teams.roles import Role
from app.teams.sign_in_views import SignInForm
from app.weeks import Week

pages = Blueprint("home", __name__)


@pages.get("/")
@access(Access.PUBLIC)
def my_week() -> str | Response:
    """Show a member their week, who only coordinates their desk; a visitor, what this is and how to sign in."""
    if not current_user.is_authenticated:
        return render_template("home/welcome.html", form=SignInForm(), is_new_site=is_new_site())
    if not surround_with_first_menu():
        return render_template("home/no_promotion.html")
    if g.membership.role is Role.COORDINATOR:  # nothing of a week is theirs to write
        return redirect(url_for("desk.show"))
    return _week_page(g.membership)


@pages.get("/<slug:promotion_slug>/")
def promotion_week() -> str:
    """Show the week of one promotion to a member of several."""
    return _week_page(g.membership)


@pages.get("/<slug:promotion_slug>/bulletin/<week:week>/receipt")
@access(Access.WRITER)
def receipt(week: Week) -> str:
    """Show what was just sent, until when it can be changed, and the digests still to read."""
    now = clock.now()
    current = team_week(g.membership.team, week, now)
    if current.bulletin is None:
        abort(404)
    return render_template(
        "home/receipt.html",
        unread=unread_digests(g.membership, now),
        advised=advice_for(g.membership, now),
        **form_values(bulletin_form(current), current),
    )


def _week_page(member: Membership) -> str:
    now, promotion = clock.now(), member.promotion
    phase = promotion.phase(now)
    if phase is Phase.BEFORE:
        return _page_before(promotion)
    if phase is Phase.AFTER:
        return render_template("home/after.html", unread=unread_digests(member, now), memberships=current_memberships())
    timetable = promotion.timetable
    week = timetable.week_at(now)
    team = member.team if own_team(member.role, member.team_id) else None
    current = team_week(team, week, now) if team and promotion.has_week(week) and team.is_active_in(week) else None
    calls = live_calls_of_team(team.id) if team else []
    is_coming = current is None and not is_frozen(promotion.id, week)  # told to those who have nothing to write
    waiting = what_waits(member, now)
    if not waiting.drafts:
        note_no_drafts()
    values: dict[str, object] = {
        "week": week,
        "now": now,
        "zone": timetable.zone,
        "closes": timetable.closes(week),
        "is_coming": is_coming,
        "leaves_at": leaving_moment(promotion, week) if is_coming else None,
        "unread": unread_digests(member, now),
        "waiting": waiting,
        "advised": advice_for(member, now) if waiting.advice else AdviceForMember(),
        "calls": calls,
        "renewable": renewable(calls, promotion, now, issued=current.issued if current else None),
        "memberships": current_memberships(),
        "current": current,
        "writes": current is not None and may_access(member, Access.WRITER),
        "kept": False,
        "missed": None,
    }
    if current and values["writes"]:
        # the week before, if the team was expected to write in it, has not, and still may
        missed = current.previous_window is FilingWindow.LATE and not current.team.is_paused(current.previous_week)
        values |= form_values(bulletin_form(current), current)
        values |= {
            "missed": current.previous_week if missed else None,
            "missed_until": timetable.late_until(current.previous_week),
            "previews": {},
        }
    return render_template("home/my_week.html", **values)


def _page_before(promotion: Promotion) -> str:
    timetable = promotion.timetable
    first = Week.of(promotion.starts_on)
    return render_template(
        "home/before.html",
        first_closes=timetable.closes(first),
        first_digest=timetable.digest_due(first),
        memberships=current_memberships(),
        zone=timetable.zone,
    )
