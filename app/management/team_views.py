"""The pages of the teams of a cohort: one to add, one to change, one that was made by mistake."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.i18n import gettext as _
from app.management.people import ChangedMeanwhileError
from app.management.team_forms import TeamForm
from app.management.teams import (
    NameTakenError,
    TeamInUseError,
    add_team,
    base_of,
    change_team,
    is_in_use,
    remove_team,
)
from app.teams.models import Team
from app.teams.queries import find_team

pages = Blueprint("management_teams", __name__)

Answer = str | Response | tuple[str, int]


@pages.get("/<slug:promotion_slug>/manage/teams/new")
@access(Access.COORDINATOR)
def new() -> str:
    """Show the form of a team to add."""
    return _page(None, TeamForm.of(None))


@pages.post("/<slug:promotion_slug>/manage/teams/new")
@access(Access.COORDINATOR)
def add() -> Answer:
    """Add a team."""
    form = TeamForm.of(None)
    if not form.validate():
        return _page(None, form), 422
    try:
        team = add_team(g.promotion, form.values, current_user, clock.now())
    except NameTakenError as taken:
        return _taken(None, form, taken)
    flash(_("%(name)s has been added.", name=team.name), f"at-team-{team.slug}")
    return redirect(url_for("management_people.show", _anchor=f"team-{team.slug}"), 303)


@pages.get("/<slug:promotion_slug>/manage/teams/<slug:team>")
@access(Access.COORDINATOR)
def edit(team: str) -> str:
    """Show the form of a team."""
    found = _get_team(team)
    return _page(found, TeamForm.of(found))


@pages.post("/<slug:promotion_slug>/manage/teams/<slug:team>")
@access(Access.COORDINATOR)
def save(team: str) -> Answer:
    """Change a team."""
    found = _get_team(team)
    form = TeamForm.of(found)
    if not form.validate():
        return _page(found, form), 422
    try:
        change_team(found, form.values, form.seen, current_user, clock.now())
    except NameTakenError as taken:
        return _taken(found, form, taken)
    except ChangedMeanwhileError:
        form.show_again(base_of(found))
        return _page(found, form, changed=True), 409
    flash(_("Saved."), f"at-team-{found.slug}")
    return redirect(url_for("management_people.show", _anchor=f"team-{found.slug}"), 303)


@pages.post("/<slug:promotion_slug>/manage/teams/<slug:team>/remove")
@access(Access.COORDINATOR)
def remove(team: str) -> Answer:
    """Remove a team that was made by mistake."""
    found = find_team(g.promotion.id, team)
    if found is None:  # removed by the same button a moment ago
        return redirect(url_for("management_people.show"), 303)
    try:
        remove_team(found, current_user, clock.now())
    except TeamInUseError as error:
        flash(str(error.advice), "error")
        return redirect(url_for("management_teams.edit", team=team), 303)
    flash(_("The team has been removed."))
    return redirect(url_for("management_people.show"), 303)


def _get_team(slug: str) -> Team:
    return find_team(g.promotion.id, slug) or abort(404)


def _taken(team: Team | None, form: TeamForm, taken: NameTakenError) -> tuple[str, int]:
    form.name.errors = [_("There is already a team of this name: %(name)s.", name=str(taken))]
    return _page(team, form), 409


def _page(team: Team | None, form: TeamForm, *, changed: bool = False) -> str:
    removable = team is not None and not is_in_use(team)
    return render_template("management/team.html", team=team, form=form, changed=changed, removable=removable)
