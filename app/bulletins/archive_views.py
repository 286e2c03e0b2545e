"""Browsing weeks and teams."""

from __future__ import annotations

from functools import lru_cache

from flask import Blueprint, abort, current_app, g, render_template, request
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
from app.bulletins.told import BulletinOfWeek, told_in_week
from app.bulletins.visibility import Sight, sight
from app.database import db
from app.i18n import current_locale
from app.teams.models import Team
from app.weeks import Week, WeekState

pages = Blueprint("archive", __name__)

WEEKS_KEPT = 128  # in memory: some 40 KB each


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
        bulletins=_show(told_in_week(g.membership, week, sees)),
        writers=_writers(week) if sees is Sight.WHO_HAS_WRITTEN else [],
        closes=g.promotion.timetable.closes(week),
        zone=g.promotion.timetable.zone,
    )


def _show(bulletins: tuple[BulletinOfWeek, ...]) -> str:
    """The bulletins as HTML, which is kept: whole promotions open the same week, in few languages."""
    if current_app.jinja_env.auto_reload:  # templates change while the site runs
        return _render(bulletins)
    return _rendered(bulletins, current_locale(), g.slug, request.script_root)


@lru_cache(maxsize=WEEKS_KEPT)
def _rendered(bulletins: tuple[BulletinOfWeek, ...], _language: str, _promotion: str, _root: str) -> str:
    """All that the HTML depends on is asked for here, so that it is never out of date."""
    return _render(bulletins)


def _render(bulletins: tuple[BulletinOfWeek, ...]) -> str:
    return render_template("bulletins/_of_week.html", bulletins=bulletins, moods=mood_words()).strip()


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
