"""Sign in and out."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import EmailField, ValidationError
from wtforms.validators import DataRequired

from app import clock
from app.access import Access, access
from app.extensions import login_manager, settings
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.rate_limits.limits import count_attempts, current_source, limit_by_source, try_again
from app.routing import is_safe_redirect
from app.teams import sign_in as links
from app.teams import sign_in_requests as requests
from app.teams.invitation_links import invited_address
from app.teams.models import Person
from app.teams.roster.values import parse_email
from app.teams.sessions import end_session, find_session
from app.teams.sign_in import NewSession

pages = Blueprint("teams", __name__)

SESSION_KEY = "session"  # in the cookie: the secret of the session
# For as long as a link works: whoever is refused has one that does, however many strangers asked for theirs.
REQUESTS_PER_EMAIL_AND_SOURCE = f"3 per {requests.LINK_MINUTES} minutes"
REQUESTS_PER_EMAIL = f"5 per {requests.LINK_MINUTES} minutes"


class SignInForm(FlaskForm):
    """The e-mail address that a link is sent to."""

    email = EmailField(_l("Email address"), validators=[DataRequired(_l("Enter your email address."))])

    def validate_email(self, field: EmailField) -> None:
        """Accept an address such as a roster may hold."""
        try:
            parse_email(field.data or "")
        except ValueError:
            raise ValidationError(
                _("This is not a valid email address. It should look like name@ministry.example.")
            ) from None


@login_manager.user_loader
def load_person(person_id: str) -> Person | None:
    """Return the person whose session the cookie holds; None once it was ended, or has expired."""
    user_session = find_session(session.get(SESSION_KEY, ""), clock.now())
    if user_session is None or user_session.person.get_id() != person_id:
        return None
    g.user_session = user_session
    return user_session.person


def _count_request(email: str) -> int:
    """Count a request for a link to `email`; return the seconds to wait when there were too many, else 0. Commits."""
    limits = {f"{email} from {current_source()}": REQUESTS_PER_EMAIL_AND_SOURCE, email: REQUESTS_PER_EMAIL}
    return count_attempts(limits)


def _too_many_requests() -> str:
    return _(
        "Several links have been requested for this address within a quarter of an hour: if it belongs to a member, "
        "the latest still works."
    )


@pages.get("/sign-in")
@access(Access.PUBLIC)
def sign_in() -> str | Response:
    """Ask for an e-mail address."""
    next_url = request.args.get("next", "")
    if current_user.is_authenticated:
        return redirect_to(next_url)
    return render_template(
        "teams/sign_in.html",
        form=SignInForm(data={"email": invited_address(request.args.get("for", ""))}),
        next=next_url,
    )


@pages.post("/sign-in")
@access(Access.PUBLIC)
@limit_by_source
def request_link() -> Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    """Send a link; the answer is the same whether or not the address is known."""
    form = SignInForm()
    next_url = request.form.get("next", "")
    if not form.validate():
        return render_template("teams/sign_in.html", form=form, next=next_url), 422
    email = parse_email(form.email.data or "")
    if seconds := _count_request(email):
        form.email.errors = [f"{_too_many_requests()} {try_again(seconds)}"]
        return render_template("teams/sign_in.html", form=form, next=next_url), 429, {"Retry-After": str(seconds)}
    requests.request_link(email, clock.now())
    session["after_sign_in"] = next_url if is_safe_redirect(next_url) else ""
    session["asked_for"], session["asked_at"] = form.email.data, int(clock.now().timestamp())
    return redirect(url_for("teams.link_sent"))


@pages.get("/sign-in/sent")
@access(Access.PUBLIC)
def link_sent() -> str:
    """Show where to look for the letter, and when to look no longer.

    That depends on the time only: the state of the letter, or of the relay that takes or refuses it, would reveal whose
    address is known.
    """
    requested_at = datetime.fromtimestamp(session.get("asked_at", clock.now().timestamp()), UTC)
    return render_template(
        "teams/link_sent.html",
        email=session.get("asked_for"),
        minutes=requests.LINK_MINUTES,
        given_up=requests.is_given_up(requested_at, clock.now()),
    )


@pages.get("/sign-in/<secret>")
@access(Access.PUBLIC)
def open_link(secret: str) -> str | Response | tuple[str, int]:
    """Show the button; mail scanners follow links, so a GET uses up nothing."""
    link = links.find_link(secret, clock.now())
    if link is None:
        return _answer_gone_link(secret)
    return render_template("teams/open_link.html", person=link.person)


@pages.post("/sign-in/<secret>")
@access(Access.PUBLIC)
@limit_by_source
def use_link(secret: str) -> Response | tuple[str, int]:
    """Use up the link and sign its person in."""
    new = links.use_link(secret, clock.now())
    if new is None:
        return _answer_gone_link(secret)
    next_url = session.get("after_sign_in", "")
    enter(new)
    return redirect_to(next_url)


def _answer_gone_link(secret: str) -> Response | tuple[str, int]:
    """Lead on whoever is in and presses the button, or opens their own letter, again; offer others a new link."""
    if current_user.is_authenticated and links.is_link_of(secret, current_user.id):
        return redirect(url_for("home.my_week"))
    return render_template("teams/link_gone.html", form=SignInForm()), 410


def enter(new: NewSession) -> None:
    """Give the visitor's browser the session that has just begun, in place of any that it had."""
    end_current_session()
    login_user(new.person)
    session.permanent = True
    session[SESSION_KEY] = new.secret


@pages.post("/sign-out")
def sign_out() -> Response:
    """End this session, wherever its cookie was copied to; where it began at an identity provider, there, too."""
    if settings().oidc:
        return redirect(url_for("identity.sign_out"), 307)
    end_current_session()
    flash(_("You are signed out."))
    return redirect(url_for("home.my_week"))


def end_current_session() -> None:
    """End the visitor's session, if any, and empty the cookie: its CSRF token was theirs, the language stays."""
    if secret := session.get(SESSION_KEY):
        end_session(secret)
    logout_user()
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale


def redirect_to(next_url: str) -> Response:
    """Redirect to the page that the visitor wanted, if it is one of this site."""
    return redirect(next_url if is_safe_redirect(next_url) else url_for("home.my_week"))
