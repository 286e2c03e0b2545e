"""Access to pages: checked once, before any view runs. A view that declares nothing is for members only.

Somebody who may not know that a page exists gets 404, a member without the right to it gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import AnonymousUserMixin, current_user
from werkzeug.wrappers import Response

from app import clock
from app.errors import DomainError
from app.extensions import settings
from app.i18n import lazy_gettext as _l
from app.routing import page_url
from app.teams.members import find_current_memberships
from app.teams.models import Membership
from app.teams.roles import Role

OWN_PAGES = {"account", "teams", "identity", "drafts"}  # blueprints of what concerns nobody but oneself
View = TypeVar("View", bound=Callable[..., Any])


class Access(StrEnum):
    """Who may call a view."""

    PUBLIC = "public"
    MEMBER = "member"
    EIG = "eig"
    WRITER = "writer"  # an EIG with a team
    COORDINATOR = "coordinator"  # of the promotion; of any, where the URL names none


class SignedOutError(DomainError):
    """Something was sent by somebody who is not signed in, or no longer."""

    status = 403
    advice = _l("Your session has ended: sign in, and send it again.")


class LevelError(DomainError):
    """A coordinator has sent something without having signed in as the settings require of coordinators."""

    status = 403
    advice = _l(
        "Coordinators must sign in through the identity provider: go back to the home page, and you will be led."
    )


def access(required: Access) -> Callable[[View], View]:
    """Declare who may call the decorated view, other than every member."""

    def declare(view: View) -> View:
        cast("Any", view).access = required
        return view

    return declare


def access_of(endpoint: str) -> Access:
    """Return who may call the view of `endpoint`."""
    if endpoint == "static":
        return Access.PUBLIC
    return cast("Access", getattr(current_app.view_functions[endpoint], "access", Access.MEMBER))


def init_app(app: Flask) -> None:
    """Check access before every view of `app`; give `current_user` to its templates."""
    app.before_request(check_access)
    app.context_processor(_inject_current_user)


def _inject_current_user() -> dict[str, object]:
    """Give templates `current_user`; anonymous on an error page, which must not query the database."""
    return {"current_user": AnonymousUserMixin() if g.get("has_failed") else current_user}


def check_access() -> Response | None:
    """Redirect a visitor to sign in, abort with 404 or 403, or let the request pass with its promotion in `g`."""
    if request.endpoint is None:
        return None
    required = access_of(request.endpoint)
    if required is Access.PUBLIC:
        return None
    if not current_user.is_authenticated:
        if request.method == "POST":
            raise SignedOutError
        return redirect(url_for("teams.sign_in", next=page_url()))
    if _lacks_level():
        if request.method == "POST":
            raise LevelError
        return redirect(url_for("identity.ask_level", next=page_url()))
    if "slug" in g or required is Access.COORDINATOR:
        _enter(_admitted_membership(required))
    return None


def _admitted_membership(required: Access) -> Membership:
    """Return as which member the person may call a view that declares `required`, or abort."""
    if "slug" not in g:  # a page of no promotion, for whoever coordinates one
        return next(iter(coordinated_memberships()), None) or abort(403)
    membership = find_membership(g.slug) or abort(404)
    return membership if may_access(membership, required) else abort(403)


def _enter(membership: Membership) -> None:
    g.membership, g.promotion, g.slug = membership, membership.promotion, membership.promotion.slug


def surround_with_first_menu() -> list[Membership]:
    """Give a page that is of no promotion the menu of the person's first one; return their memberships."""
    memberships = current_memberships()
    if memberships:
        _enter(memberships[0])
    return memberships


def _lacks_level() -> bool:
    """Return whether a coordinator has not signed in as the settings require: their own account is all they see."""
    oidc = settings().oidc
    if oidc is None or not oidc.coordinators_need_level or g.user_session.level in oidc.levels:
        return False
    is_own = request.blueprint in OWN_PAGES
    return not is_own and bool(coordinated_memberships())


def current_memberships() -> list[Membership]:
    """Return the signed-in person's current memberships, that of the home page first; one look-up a request."""
    if "memberships" not in g:
        g.memberships = find_current_memberships(current_user, clock.now())
    return cast("list[Membership]", g.memberships)


def coordinated_memberships() -> list[Membership]:
    """Return those of the signed-in person's current memberships in which they coordinate."""
    return [member for member in current_memberships() if is_coordinator(member)]


def find_membership(slug: str) -> Membership | None:
    """Return the signed-in person's current membership in the promotion with `slug`, if any."""
    return next((member for member in current_memberships() if member.promotion.slug == slug), None)


def may_access(membership: Membership, required: Access) -> bool:
    """Return whether a member may call a view that declares `required`."""
    if required is Access.COORDINATOR:
        return is_coordinator(membership)
    if required is Access.EIG:
        return membership.role == Role.EIG
    if required is Access.WRITER:
        return membership.role == Role.EIG and membership.team_id is not None
    return True


def is_coordinator(membership: Membership) -> bool:
    """Return whether the member belongs to the coordination, whatever their role in the promotion."""
    return membership.coordinates or membership.role == Role.COORDINATOR
