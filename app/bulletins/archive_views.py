"""Browsing the bulletins by week and by team."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, abort, g, render_template

from app import clock
from app.access import is_coordinator
from app.bulletins.mood_words import mood_words
from app.bulletins.queries import bulletins_of_team, bulletins_of_week, coming_dates, teams_that_wrote, week_state
from app.bulletins.rules import Visibility, week_visibility
from app.fragments import render_fragment
from app.teams.members import members_of_team
from app.teams.models import Team
from app.teams.phases import Phase
from app.teams.queries import find_team, teams_of
from app.teams.roles import Role
from app.weeks import Week, WeekState

pages = Blueprint("archive", __name__)
pages.add_app_template_global(mood_words)
pages.add_app_template_global(render_fragment)


@pages.get("/<slug:promotion_slug>/weeks/<week:week>")
def week(week: Week) -> str:
    """Show one week: its bulletins or, before its digest, as much of them as the member may see."""
    now = clock.now()
    if not g.promotion.has_week(week) or now < g.promotion.timetable.opens(week):
        abort(404)
    state = week_state(g.promotion, week, now)
    visibility = week_visibility(state, coordinates=is_coordinator(g.membership))
    return render_template(
        "bulletins/week.html",
        week=week,
        state=state,
        visibility=visibility,
        Visibility=Visibility,
        WeekState=WeekState,
        bulletins=bulletins_of_week(g.membership, week, visibility),
        writers=_writers(week) if visibility is Visibility.WHO_HAS_WRITTEN else [],
        closes=g.promotion.timetable.closes(week),
        zone=g.promotion.timetable.zone,
    )


@pages.get("/<slug:promotion_slug>/teams")
def teams() -> str:
    """List every team of the promotion."""
    return render_template("bulletins/teams.html", teams=teams_of(g.promotion.id))


@pages.get("/<slug:promotion_slug>/teams/<slug:team>")
def team(team: str) -> str:
    """Show one team: its people, its key dates, its bulletins by month."""
    row, now = find_team(g.promotion.id, team) or abort(404), clock.now()
    bulletins = bulletins_of_team(g.membership, row, now, coordinates=is_coordinator(g.membership))
    months = [(month, list(some)) for month, some in groupby(bulletins, lambda each: g.promotion.month_of(each.week))]
    return render_template(
        "bulletins/team.html",
        team=row,
        people=members_of_team(row, g.promotion.nearest_day(g.promotion.today(now))),
        Role=Role,
        has_ended=g.promotion.phase(now) is Phase.AFTER,
        bulletins=bulletins,
        months=months,
        dates=coming_dates(row, bulletins, g.promotion.today(now)),
        moods=mood_words(),
    )


def _writers(week: Week) -> list[tuple[Team, bool]]:
    """Return the teams that are active in the week, by name, and whether each has written its bulletin."""
    wrote = teams_that_wrote(g.promotion.id, week)
    return [(team, team.id in wrote) for team in teams_of(g.promotion.id) if team.is_active_in(week)]
