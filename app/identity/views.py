"""To the identity provider and back: sign in, link an identity with one's account, sign out there, too.

The URLs `/oidc/return` and `/oidc/signed-out` are told to the provider when the service is declared there: they stay.
"""

from __future__ import annotations

import hmac
import logging
from typing import cast

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.database import allow_writing, db
from app.errors import error_page
from app.extensions import settings
from app.i18n import gettext as _
from app.identity import service
from app.identity.attempts import SIGN_OUT, SignInAttempt, remember, take
from app.identity.provider import Provider, ProviderError, SentAway, SignedIn
from app.identity.rules import Purpose, SignInFailure, failure_of_error, has_level, loggable, requested_claims
from app.rate_limits.limits import count_source_attempt, limit_by_source, try_again
from app.routing import is_safe_redirect, public_url
from app.security import new_secret
from app.teams.sessions import is_fresh
from app.teams.sign_in_views import SignInForm, end_current_session, enter, redirect_to
from config_oidc import ANYBODY, OidcSettings

EXTENSION = "identity-provider"
STATUS = {
    SignInFailure.UNAVAILABLE: 503,
    SignInFailure.UNTRUSTED: 502,
    SignInFailure.REFUSED: 403,
    SignInFailure.LEVEL: 403,
    SignInFailure.EXPIRED: 400,
    SignInFailure.UNKNOWN: 403,
    SignInFailure.TAKEN: 409,
}

pages = Blueprint("identity", __name__)
log = logging.getLogger(__name__)

Page = tuple[str, int]


@pages.get("/oidc/start")
@access(Access.PUBLIC)
def start() -> Response:
    """Send the visitor to the provider to sign in. A GET, since a form may lead to no other site (content policy)."""
    next_url = request.args.get("next", "")
    purpose = Purpose.LEVEL if request.args.get("level") else Purpose.SIGN_IN
    if current_user.is_authenticated and purpose is Purpose.SIGN_IN:
        return redirect_to(next_url)
    try:
        sent = _send_away(purpose, next_url)
    except ProviderError as error:
        return _failed(error, purpose)
    return redirect(sent.url)


@pages.post("/oidc/link")
@limit_by_source
def start_link() -> Response | str:
    """Send the signed-in person to the provider, to link the identity that they have there with their account.

    Only a form of ours leads there: a stranger who made somebody link the stranger's own identity would hold a key.
    """
    if not is_fresh(g.user_session, clock.now()):
        return redirect(url_for("account.page", _anchor="identities"))
    try:
        sent = _send_away(Purpose.LINK, "", current_user.id)
    except ProviderError as error:
        return _failed(error, Purpose.LINK)
    return render_template("identity/leave.html", url=sent.url, title=_("Link an identity"))


@pages.get("/oidc/return")
@access(Access.PUBLIC)
def come_back() -> Response | Page | tuple[str, int, dict[str, str]]:
    """Take the provider's answer: once, and only in the browser that went there."""
    now = clock.now()
    if request.method == "HEAD":  # whoever only looks uses up nothing
        abort(405)
    attempt = take(request.args.get("state", ""), now)
    if attempt is None:
        return _failed(
            ProviderError(SignInFailure.EXPIRED, "an answer that this browser has not asked for"), Purpose.SIGN_IN
        )
    allow_writing()
    if seconds := count_source_attempt():
        page, status = error_page(429, advice=try_again(seconds))
        return page, status, {"Retry-After": str(seconds)}
    purpose = Purpose(attempt.purpose)
    try:
        signed_in = _identify(attempt)
        if purpose is Purpose.LINK:
            return _link(attempt, signed_in)
        return _sign_in(attempt, signed_in)
    except ProviderError as error:
        return _failed(error, purpose)


@pages.get("/oidc/failed")
@access(Access.PUBLIC)
def failed() -> Page:
    """Say why somebody is not signed in: on a page without code or state, to be read again in another language."""
    why, purpose = request.args.get("why", ""), request.args.get("purpose", "")
    if why not in set(SignInFailure) or purpose not in set(Purpose):
        abort(404)
    form = SignInForm(formdata=None)
    page = render_template("identity/failed.html", failure=why, purpose=purpose, form=form)
    return page, STATUS[SignInFailure(why)]


@pages.get("/oidc/level")
def ask_level() -> str:
    """Tell a coordinator that they have to sign in at the provider, at the level that is required of them."""
    next_url = request.args.get("next", "")
    return render_template("identity/level.html", next=next_url if is_safe_redirect(next_url) else "")


@pages.post("/oidc/sign-out")
def sign_out() -> Response | str:
    """End this session, and that at the provider where it began there."""
    id_token = service.find_id_token(g.user_session.id)
    end_current_session()
    url = _sign_out_url(id_token) if id_token else None
    if url is None:
        flash(_("You are signed out."))
        return redirect(url_for("home.my_week"))
    return render_template("identity/leave.html", url=url, title=_("Sign out"))


@pages.get("/oidc/signed-out")
@access(Access.PUBLIC)
def signed_out() -> Response | Page:
    """Come back from signing out at the provider."""
    expected = session.pop(SIGN_OUT, "")
    if not expected or not hmac.compare_digest(expected.encode(), request.args.get("state", "").encode()):
        return render_template("identity/not_expected.html"), 400
    flash(_("You are signed out here and at %(provider)s.", provider=_settings().name))
    return redirect(url_for("home.my_week"))


def _settings() -> OidcSettings:
    return cast("OidcSettings", settings().oidc)


def _provider() -> Provider:
    """Return what this process knows of the provider."""
    provider = current_app.extensions.setdefault(EXTENSION, Provider(_settings()))
    return cast("Provider", provider)


def _send_away(purpose: Purpose, next_url: str, person_id: int | None = None) -> SentAway:
    """Return where to go, and remember in the visitor's cookie what for."""
    oidc, now = _settings(), clock.now()
    essential = oidc.levels_for == ANYBODY or purpose is Purpose.LEVEL
    claims = requested_claims(oidc.levels, essential=essential)
    db.session.rollback()  # a transaction would keep other writers of SQLite waiting for the provider
    sent = _provider().send_away(public_url("identity.come_back"), claims, now)
    remember(sent, purpose, next_url if is_safe_redirect(next_url) else "", person_id, now)
    return sent


def _identify(attempt: SignInAttempt) -> SignedIn:
    """Return whom the answer in the URL proves. Raises ProviderError."""
    oidc = _settings()
    if error := request.args.get("error"):
        raise ProviderError(failure_of_error(error), loggable(error))
    issuer = request.args.get("iss", oidc.issuer)  # RFC 9207: not the answer of another provider
    code = request.args.get("code", "")
    if issuer != oidc.issuer or not code:
        raise ProviderError(SignInFailure.UNTRUSTED, "an answer without a code, or of another issuer")
    signed_in = _provider().identify(
        code,
        redirect_uri=public_url("identity.come_back"),
        nonce=attempt.nonce,
        code_verifier=attempt.code_verifier,
        now=clock.now(),
    )
    required = oidc.levels_for == ANYBODY or attempt.purpose == Purpose.LEVEL
    if required and not has_level(signed_in.claims.level, oidc.levels):
        raise ProviderError(SignInFailure.LEVEL, "its level is not one of OIDC_ACR")
    return signed_in


def _sign_in(attempt: SignInAttempt, signed_in: SignedIn) -> Response:
    new = service.sign_in(signed_in.claims, signed_in.id_token, _settings().link_by_address, clock.now())
    if new is None:
        raise ProviderError(SignInFailure.UNKNOWN, "no member has this identity")
    enter(new)
    return redirect_to(attempt.next_url)


def _link(attempt: SignInAttempt, signed_in: SignedIn) -> Response:
    person_id = attempt.person_id
    if person_id is None or not current_user.is_authenticated or current_user.id != person_id:
        raise ProviderError(SignInFailure.EXPIRED, "who links an identity is signed in no longer")
    if not service.link(signed_in.claims, person_id, clock.now()):
        raise ProviderError(SignInFailure.TAKEN, "the identity is somebody else's")
    said = _("This identity is linked: from now on you can sign in with %(provider)s.", provider=_settings().name)
    flash(said, "at-identities")
    return redirect(url_for("account.page", _anchor="identities"))


def _failed(error: ProviderError, purpose: Purpose) -> Response:
    log.warning("Signing in through %s: %s", _settings().issuer, error)
    return redirect(url_for("identity.failed", why=error.failure, purpose=purpose))


def _sign_out_url(id_token: str) -> str | None:
    """Return where to sign out at the provider, and remember the visitor who does; None when it has no such page."""
    state = new_secret()
    try:
        url = _provider().sign_out_url(id_token, state, public_url("identity.signed_out"), clock.now())
    except ProviderError as error:
        log.warning("Signing out at %s: %s", _settings().issuer, error)
        return None
    if url:
        session[SIGN_OUT] = state
    return url
