"""Who reads a digest, or chooses how: a signed-in member, or the holder of a link that a letter carries."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import find_membership
from app.digests.reader_links import LinkHolder, find_reader
from app.errors import DomainError
from app.extensions import csrf
from app.teams.models import Membership
from app.teams.subscriptions import find_subscription
from app.weeks import Week


class LinkGoneError(DomainError):
    """A reader's link that is not ours, has expired, or belongs to another digest."""

    status = 410


@dataclass(frozen=True, slots=True)
class DigestReader:
    """One member before the digest of a week. `token`: their letter's, when they are not signed in."""

    membership: Membership
    token: str | None = None


def reading(week: Week) -> DigestReader | Response:
    """Who opens the digest of `week`, or says that they have read it; a redirection for a visitor without a link.

    Raises LinkGoneError for a link that opens nothing; answers 404 for who is not of the promotion.
    """
    token = request.values.get("reader")
    if token is not None:
        return _by_link(token, week)
    if not current_user.is_authenticated:
        return redirect(url_for("teams.sign_in", next=url_for("readership.digest", week=week)))
    csrf.protect()  # a link's token proves itself; a session alone does not
    return DigestReader(find_membership(g.slug) or abort(404))


def chooser() -> Membership | Response:
    """Whose choice this POST is: by session, by the link to a digest, or by that of the unsubscribe page.

    A redirection for a visitor without any. Raises LinkGoneError for a link that opens nothing.
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
        raise LinkGoneError
    return found[0]


def _link_holder(token: str) -> LinkHolder:
    """Whose the link to a digest is; whoever has left the promotion reads no more."""
    now = clock.now()
    reader = find_reader(token, now)
    if reader is None or reader.digest.promotion.slug != g.slug:
        raise LinkGoneError
    if not reader.membership.is_current(reader.digest.promotion.today(now)):
        raise LinkGoneError
    return reader


def _by_link(token: str, week: Week) -> DigestReader:
    reader = _link_holder(token)
    if reader.digest.week != week:
        raise LinkGoneError
    g.locale = reader.membership.locale
    return DigestReader(reader.membership, token)
