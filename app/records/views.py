"""The record of a team at a milestone: filled in by its members and the coordination, signed in or by a link."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, g, render_template
from sqlalchemy import select

from app import clock
from app.access import Access, access
from app.bulletins.queries import find_team
from app.database import db
from app.records.links import find_record_link
from app.records.milestones import MilestoneState, milestone_state
from app.records.models import Milestone
from app.records.respondents import responder_of
from app.records.words import milestone_name
from app.teams.models import Team
from app.teams.sign_in_views import SignInForm

pages = Blueprint("records", __name__)
pages.add_app_template_filter(milestone_name)


@pages.get("/record/<token>")
@access(Access.PUBLIC)
def by_link(token: str) -> str | tuple[str, int]:
    """Show the record to the holder of a link."""
    link = find_record_link(token, clock.now())
    if link is None:
        return render_template("records/link_gone.html", form=SignInForm(), milestone=None), 410
    g.locale = link.member.locale if link.member else link.team.promotion.locale
    state = _state(link.milestone, link.team, clock.now())
    if state is not MilestoneState.OPEN:
        page = render_template(
            "records/link_gone.html", form=SignInForm(), milestone=link.milestone, team=link.team, state=state
        )
        return page, 410
    return _page(link.milestone, link.team)


@pages.get("/<slug:promotion_slug>/records/<slug:milestone>/<slug:team>")
def record(milestone: str, team: str) -> str:
    """Show the record to its team and to the coordination."""
    row = db.session.scalar(
        select(Milestone).where(Milestone.promotion_id == g.promotion.id, Milestone.key == milestone)
    )
    of_team = find_team(g.promotion.id, team)
    if row is None or of_team is None:
        abort(404)
    if responder_of(g.membership, row, of_team, clock.now()) is None:
        abort(403)
    return _page(row, of_team)


def _page(milestone: Milestone, team: Team) -> str:
    return render_template("records/record.html", milestone=milestone, team=team)


def _state(milestone: Milestone, team: Team, now: datetime) -> MilestoneState:
    return milestone_state(milestone.opens_on, milestone.closes_on, team.promotion.today(now))
