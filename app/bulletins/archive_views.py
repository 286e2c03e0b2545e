"""Browsing weeks and teams."""

from __future__ import annotations

from flask import Blueprint, abort, g, render_template
from sqlalchemy import select

from app import clock
from app.access import is_coordinator
from app.bulletins.archive import (
    bulletins_of_team,
    teams_of,
    teams_that_wrote,
    week_state,
    weeks_of,
)
from app.bulletins.mood_words import mood_words
from app.bulletins.told import told_in_week
from app.bulletins.visibility import Sight, sight
from app.database import db
from app.fragments import render_fragment
from app.teams.models import Team
from app.weeks import Week, WeekState

pages = Blueprint("archive", __name__)
pages.add_app_template_global(mood_words)


@pages.get("/<slug:promotion_slug>/weeks")
def weeks() -> str:
    """Every week that has begun."""
    lines = weeks_of(g.membership, clock.now(), coordinates=is_coordinator(g.membership))
    return render_template("bulletins/weeks.html", lines=lines)


@pages.get("/<slug:promotion_slug>/weeks/<week:week>")
def week(week: Week) -> str:
    """One week: its bulletins, or what may be known of them before its digest."""
    now = clock.now()
    if not g.promotion.has_week(week) or now < g.promotion.timetable.opens(week):
        abort(404)
    state = week_state(g.promotion, week, now)
    sees = sight(state, coordinates=is_coordinator(g.membership))
    return render_template(
        "bulletins/week.html",
        week=week,
        state=state,
        sees=sees,
        Sight=Sight,
        WeekState=WeekState,
        bulletins=render_fragment("bulletins/_of_week.html", bulletins=told_in_week(g.membership, week, sees)),
        writers=_writers(week) if sees is Sight.WHO_HAS_WRITTEN else [],
        closes=g.promotion.timetable.closes(week),
        zone=g.promotion.timetable.zone,
    )


def _writers(week: Week) -> list[tuple[Team, bool]]:
    """The teams that have a bulletin in the week, by name, and whether they have written it."""
    wrote = teams_that_wrote(g.promotion.id, week)
    return [(team, team.id in wrote) for team in teams_of(g.promotion.id) if team.is_active_in(week)]


@pages.get("/<slug:promotion_slug>/teams")
def teams() -> str:
    """Every team of the promotion."""
    return render_template("bulletins/teams.html", teams=teams_of(g.promotion.id))


@pages.get("/<slug:promotion_slug>/teams/<slug:team>")
def team(team: str) -> str:
    """One team and what it has told."""
    query = select(Team).where(Team.promotion_id == g.promotion.id, Team.slug == team)
    found = db.session.scalar(query) or abort(404)
    return render_template(
        "bulletins/team.html",
        team=found,
        bulletins=bulletins_of_team(g.membership, found, clock.now(), coordinates=is_coordinator(g.membership)),
        moods=mood_words(),
    )
