"""The home of the coordination: what needs a hand now, and the week in three steps."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, g, render_template

from app import clock
from app.access import Access, access
from app.desk.matters import dates_of_week, find_matters
from app.digests.views import everyday_values, week_values
from app.digests.week_page import WeekPage, get_week_page
from app.i18n import current_locale
from app.teams.phases import Phase
from app.weeks import Week, WeekState

pages = Blueprint("desk", __name__)


@pages.get("/<slug:promotion_slug>/manage/")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the desk."""
    now = clock.now()
    phase = g.promotion.phase(now)
    this_week = _this_week(now)
    page = _page(this_week) if phase is Phase.RUNNING else None
    return render_template(
        "desk/desk.html",
        phase=phase,
        Phase=Phase,
        this_week=this_week,
        last_week=Week.of(g.promotion.ends_on),
        matters=find_matters(g.promotion, page.week if page else None, now),
        dates=dates_of_week(g.promotion, g.promotion.today(now)),
        **(week_values(page) if page else {"page": None, "WeekState": WeekState}),
        **everyday_values(g.promotion),
    )


def _this_week(now: datetime) -> Week:
    """Return the week that runs; the next one in a promotion that was made here after this one had closed."""
    week: Week = g.promotion.timetable.week_at(now)
    return week.next if g.promotion.closed_before_made(week) and g.promotion.has_week(week.next) else week


def _page(this_week: Week) -> WeekPage:
    """Return this week; until it has closed, the one before for as long as its digest is to come by itself."""
    now, locale = clock.now(), current_locale()
    page = get_week_page(g.membership, this_week, now, locale)
    earlier = g.promotion.timetable.previous_with_bulletin(this_week)
    if page.state in {WeekState.CLOSED, WeekState.ISSUED} or not g.promotion.has_week(earlier):
        return page
    before = get_week_page(g.membership, earlier, now, locale)
    return before if before.may_schedule and not before.held else page
