"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.extensions import limiter, login_manager
from app.languages import gettext as _
from app.letters.relay_status import is_relay_working
from app.read_only import reads_only
from app.routing import is_ours
from app.security import hash_secret
from app.teams import sign_in as links
from app.teams.forms import SignInForm
from app.teams.members import find_person
from app.teams.models import Person
from app.teams.session import find_session
from app.teams.snapshot import person_as_is

pages = Blueprint("teams", __name__)

ASKS_PER_VISITOR = "20 per hour"
ASKS_PER_ADDRESS = "6 per hour"


@login_manager.user_loader
def load_person(_session_id: str) -> Person | None:
    """The person of a session, unless they have ended it since, or it has lasted its time."""
    known = find_session()
    find = person_as_is if reads_only() else find_person
    person = find(known.person) if known else None
    return person if known and person and str(person.sessions) == known.sessions else None


def _asked_address() -> str:
    """What tells addresses apart when asks are counted; hashed, since counts are kept and logged elsewhere."""
    return hash_secret(request.form.get("email", "").strip().lower())


@pages.get("/sign-in")
@access(Access.PUBLIC)
def sign_in() -> str | Response:
    """Ask for an address."""
    after = request.args.get("next", "")
    if current_user.is_authenticated:
        return _go_on(after)
    return render_template("teams/sign_in.html", form=SignInForm(), next=after)


@pages.post("/sign-in")
@access(Access.PUBLIC)
@limiter.limit(ASKS_PER_VISITOR)
@limiter.limit(ASKS_PER_ADDRESS, key_func=_asked_address, exempt_when=lambda: not request.form.get("email"))
def ask_for_link() -> Response | tuple[str, int]:
    """Send a link; the answer is the same whether or not the address is known."""
    form = SignInForm()
    after = request.form.get("next", "")
    if not form.validate():
        return render_template("teams/sign_in.html", form=form, next=after), 422
    links.request_link(form.address, clock.now())
    session["after_sign_in"] = after if is_ours(after) else ""
    session["asked_for"], session["asked_at"] = form.email.data, int(clock.now().timestamp())
    return redirect(url_for("teams.link_sent"))


@pages.get("/sign-in/sent")
@access(Access.PUBLIC)
def link_sent() -> str:
    """Say where to look, and when it is in vain.

    That goes by the time, and by how the relay did before: what came of the letter would tell whose address is known.
    """
    asked_at = datetime.fromtimestamp(session.get("asked_at", clock.now().timestamp()), UTC)
    return render_template(
        "teams/link_sent.html",
        address=session.get("asked_for"),
        minutes=links.MINUTES,
        letters_leave=is_relay_working(asked_at),
        over=links.is_over(asked_at, clock.now()),
    )


@pages.get("/sign-in/<secret>")
@access(Access.PUBLIC)
def open_link(secret: str) -> str | tuple[str, int]:
    """Show the button; mail scanners follow links, so a GET consumes nothing."""
    link = links.find_link(secret, clock.now())
    if link is None:
        return render_template("teams/link_gone.html", form=SignInForm()), 410
    return render_template("teams/open_link.html", person=link.person)


@pages.post("/sign-in/<secret>")
@access(Access.PUBLIC)
@limiter.limit(ASKS_PER_VISITOR)
def use_link(secret: str) -> Response | tuple[str, int]:
    """Consume the link and sign its person in."""
    person = links.use_link(secret, clock.now())
    if person is None:
        return render_template("teams/link_gone.html", form=SignInForm()), 410
    after = session.pop("after_sign_in", "")
    for asked in ("asked_for", "asked_at"):
        session.pop(asked, None)
    login_user(person)
    session.permanent = True
    session["signed_in_at"] = int(clock.now().timestamp())
    return _go_on(after)


@pages.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    logout_user()
    flash(_("You are signed out."))
    return redirect(url_for("home.my_week"))


@pages.post("/me/end-sessions")
def end_sessions() -> Response:
    """End every session of the signed-in person, on all their devices."""
    links.end_sessions(current_user)
    logout_user()
    flash(_("You are signed out on all your devices."))
    return redirect(url_for("home.my_week"))


def _go_on(after: str) -> Response:
    """Where the visitor wanted to go, if that is a page of ours."""
    return redirect(after if is_ours(after) else url_for("home.my_week"))
