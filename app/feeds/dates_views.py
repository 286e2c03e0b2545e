"""The page of key dates: those to come and those that have passed, by month, of all teams or of one."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, g, render_template, request
from sqlalchemy import select

from app import clock
from app.access import Access, is_coordinator, may_access
from app.database import db
from app.feeds.queries import dates_for
from app.feeds.rules import arrange
from app.i18n import gettext as _
from app.i18n import ngettext
from app.teams.models import Team

pages = Blueprint("dates", __name__)

SOON = 7  # days


@pages.get("/<slug:promotion_slug>/dates")
def agenda() -> str:
    """Show the key dates that the member may see; `?team=` those of one team. 404 for an unknown team."""
    now, chosen = clock.now(), request.args.get("team", "")
    today = g.promotion.today(now)
    names = select(Team.slug, Team.name).where(Team.promotion_id == g.promotion.id).order_by(Team.key)
    teams = dict(db.session.execute(names).all())
    if chosen and chosen not in teams:
        abort(404)
    dates = dates_for(g.membership, now, coordinates=is_coordinator(g.membership))
    return render_template(
        "feeds/dates.html",
        agenda=arrange([each for each in dates if chosen in {"", each.team_slug}], today),
        teams=teams,
        chosen=chosen,
        today=today,
        in_days=in_days,
        writes=may_access(g.membership, Access.WRITER) and g.promotion.has_week(g.promotion.timetable.week_at(now)),
    )


def in_days(day: date, today: date) -> str:
    """Say how far `day` is where it is near: today, tomorrow, in three days; else nothing."""
    days = (day - today).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("in %(num)d day", "in %(num)d days", days) if 0 < days <= SOON else ""
