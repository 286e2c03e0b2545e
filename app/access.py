"""Who may enter a page: decided once, before any view runs. A page that says nothing is for members only.

Somebody who may not know that a page exists gets 404, a member who may not enter gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.teams.members import current_memberships
from app.teams.models import Membership
from app.teams.roles import Role

View = TypeVar("View", bound=Callable[..., Any])


class Access(StrEnum):
    """Who may call a view."""

    PUBLIC = "public"
    MEMBER = "member"
    EIG = "eig"
    WRITER = "writer"  # an EIG with a team
    COORDINATOR = "coordinator"


def access(who: Access) -> Callable[[View], View]:
    """Declare who may call a view, other than every member."""

    def declare(view: View) -> View:
        cast("Any", view).access = who
        return view

    return declare


def access_of(endpoint: str) -> Access:
    """Who may call the view behind `endpoint`."""
    if endpoint == "static":
        return Access.PUBLIC
    return cast("Access", getattr(current_app.view_functions[endpoint], "access", Access.MEMBER))


def init_app(app: Flask) -> None:
    """Guard every view of the application."""
    app.before_request(enter)


def enter() -> Response | None:
    """Let the request in, send a visitor to sign in, or refuse."""
    if request.endpoint is None:
        return None
    who = access_of(request.endpoint)
    if who is Access.PUBLIC:
        return None
    if not current_user.is_authenticated:
        return redirect(
            url_for("teams.sign_in", next=request.full_path.rstrip("?") if request.method == "GET" else None)
        )
    if "slug" in g:
        _enter_promotion(g.slug, who)
    return None


def _enter_promotion(slug: str, who: Access) -> None:
    membership = find_membership(slug)
    if membership is None:
        abort(404)
    if not may_enter(membership, who):
        abort(403)
    g.membership = membership
    g.promotion = membership.promotion


def memberships() -> list[Membership]:
    """The signed-in person's current memberships, the promotion that ends last first; looked up once a request."""
    if "memberships" not in g:
        g.memberships = current_memberships(current_user, clock.now())
    return cast("list[Membership]", g.memberships)


def find_membership(slug: str) -> Membership | None:
    """The signed-in person's current membership in the promotion with that slug."""
    return next((member for member in memberships() if member.promotion.slug == slug), None)


def may_enter(membership: Membership, who: Access) -> bool:
    """Whether a member may call a view that is for `who`."""
    if who is Access.COORDINATOR:
        return coordinates(membership)
    if who is Access.EIG:
        return membership.role == Role.EIG
    if who is Access.WRITER:
        return membership.role == Role.EIG and membership.team_id is not None
    return True


def coordinates(membership: Membership) -> bool:
    """Whether the member is of the coordination, whatever else they are."""
    return membership.coordinates or membership.role == Role.COORDINATOR
