"""Who reads a digest, or chooses how: a signed-in member, or the holder of a link that a letter carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import find_membership
from app.digests.reader_links import Reader, find_reader
from app.errors import DomainError
from app.extensions import csrf
from app.languages import language
from app.readership.digest_page import find_page
from app.readership.marker import Marker, NotSignedIn, find_link_holder, find_marker
from app.teams.models import Membership
from app.teams.session import find_session
from app.teams.subscriptions import find_subscription
from app.weeks import Week


class LinkGone(DomainError):
    """A reader's link that is not ours, has expired, or belongs to another digest."""

    status = 410


@dataclass(frozen=True, slots=True)
class Reading:
    """One member in front of one digest, as `find_page` gives it. `token`: their letter's, when not signed in."""

    membership: Membership
    digest: Any
    token: str | None


def reading(week: Week) -> Reading | Response:
    """Who reads the digest of `week` in this request; a redirection for a visitor without a link.

    Raises LinkGone for a link that opens nothing; answers 404 for a digest that is not issued or not theirs to see.
    """
    token = request.values.get("reader")
    return _by_link(token, week) if token is not None else _signed_in(week)


def marker(week: Week) -> Marker | Response:
    """Who says in this POST that they have read the digest of `week`; a redirection for a visitor without a link.

    Raises LinkGone, answers 404 as `reading` does.
    """
    token, now = request.values.get("reader"), clock.now()
    if token is not None:
        if holder := find_link_holder(token, g.slug, week, now):
            return holder
        raise LinkGone
    known = find_session()
    try:
        found = find_marker(known, g.slug, week, now) if known else None
    except NotSignedIn:
        known = None
    if known is None:
        return _to_sign_in(week)
    csrf.protect()  # a link's token proves itself; a session alone does not
    return found or abort(404)


def chooser() -> Membership | Response:
    """Whose choice this POST is: by session, by the link to a digest, or by that of the unsubscribe page.

    A redirection for a visitor without any. Raises LinkGone for a link that opens nothing.
    """
    if "reader" in request.form:
        return _link_holder(request.form["reader"]).membership
    if "unsubscribe" in request.form:
        return _subscriber(request.form["unsubscribe"])
    if not current_user.is_authenticated:
        return redirect(url_for("teams.sign_in"))
    csrf.protect()
    return find_membership(g.slug) or abort(404)


def _subscriber(token: str) -> Membership:
    """Whose the link of an unsubscribe page is; whoever has left may still say no, the erased say nothing more."""
    found = find_subscription(token)
    if found is None or found[0].promotion.slug != g.slug or found[0].person.email is None:
        raise LinkGone
    return found[0]


def _link_holder(token: str) -> Reader:
    """Whose the link to a digest is; whoever has left the promotion reads no more."""
    now = clock.now()
    reader = find_reader(token, now)
    if reader is None or reader.digest.promotion.slug != g.slug:
        raise LinkGone
    if not reader.membership.is_current(reader.digest.promotion.today(now)):
        raise LinkGone
    return reader


def _by_link(token: str, week: Week) -> Reading:
    reader = _link_holder(token)
    if reader.digest.week != week:
        raise LinkGone
    g.locale = reader.membership.locale
    return _before(reader.membership, week, token)


def _signed_in(week: Week) -> Reading | Response:
    if not current_user.is_authenticated:
        return _to_sign_in(week)
    membership = find_membership(g.slug) or abort(404)
    reader = _before(membership, week)
    g.membership, g.promotion = membership, membership.promotion
    return reader


def _before(membership: Membership, week: Week, token: str | None = None) -> Reading:
    return Reading(membership, find_page(membership, week, language()) or abort(404), token)


def _to_sign_in(week: Week) -> Response:
    return redirect(url_for("teams.sign_in", next=url_for("readership.digest", week=week)))
