"""The home of the coordination: what needs a hand now, and the week in three steps."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, g, render_template

from app import clock
from app.access import Access, access
from app.bulletins.queries import frozen_weeks
from app.desk.matters import dates_of_week, find_matters
from app.digests.scheduling import leaving_moment
from app.digests.views import everyday_values, week_values
from app.digests.week_page import get_week_page
from app.teams.models import Promotion
from app.teams.phases import Phase
from app.weeks import Week, WeekState

pages = Blueprint("desk", __name__)


@pages.get("/<slug:promotion_slug>/manage/")
@access(Access.COORDINATOR)
def show() -> str:
    """Show the desk."""
    now = clock.now()
    phase, issued = g.promotion.phase(now), frozen_weeks(g.promotion.id)
    this_week = _this_week(now)
    page = None
    if phase is Phase.RUNNING:
        page = get_week_page(g.membership, _week_to_show(this_week, issued, now), now)
    return render_template(
        "desk/desk.html",
        phase=phase,
        Phase=Phase,
        this_week=this_week,
        last_week=Week.of(g.promotion.ends_on),
        matters=find_matters(g.promotion, page.week if page else None, issued, now),
        dates=dates_of_week(g.promotion, g.promotion.today(now)),
        **(week_values(page) if page else {"page": None, "WeekState": WeekState}),
        **everyday_values(g.promotion),
    )


def _this_week(now: datetime) -> Week:
    """Return the week that runs; the next one in a promotion that was made here after this one had closed."""
    week: Week = g.promotion.timetable.week_at(now)
    return week.next if g.promotion.closed_before_made(week) and g.promotion.has_week(week.next) else week


def _week_to_show(this_week: Week, issued: set[Week], now: datetime) -> Week:
    """Return this week; until it has closed, the one before for as long as its digest is to come by itself."""
    promotion: Promotion = g.promotion
    state = promotion.timetable.state(this_week, now, issued=this_week in issued)
    if state in {WeekState.CLOSED, WeekState.ISSUED}:
        return this_week
    earlier = promotion.timetable.previous_with_bulletin(this_week)
    may_come = promotion.issues_itself(earlier, now) and earlier not in issued
    return earlier if may_come and leaving_moment(promotion, earlier) else this_week
