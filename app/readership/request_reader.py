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
from app.teams.subscriptions import StopsOnlyError, find_subscription
from app.weeks import Week


class LinkGoneError(DomainError):
    """A reader's link that is not ours, has expired, or belongs to another digest."""

    status = 410


@dataclass(frozen=True, slots=True)
class DigestReader:
    """A member who reads the digest of a week. `token`: their letter's, when they are not signed in."""

    membership: Membership
    token: str | None = None


def digest_reader(week: Week) -> DigestReader | Response:
    """Return who opens the digest of `week`, or marks it as read; a redirection for a visitor without a link.

    Raises LinkGoneError for a link that opens nothing; answers 404 to somebody outside the promotion.
    """
    token = request.values.get("reader")
    if token is not None:
        holder = _link_holder(token)
        if holder.digest.week != week:
            raise LinkGoneError
        g.locale = holder.membership.locale
        return DigestReader(holder.membership, token)
    if not current_user.is_authenticated:
        return redirect(url_for("teams.sign_in", next=url_for("readership.digest", week=week)))
    csrf.protect()  # a link's token proves itself; a session alone does not
    return DigestReader(find_membership(g.slug) or abort(404))


def choosing_member(*, stops: bool = False) -> Membership | Response:
    """Return whose choice this POST is: by session, by the link to a digest; what only `stops`, by an unsubscribe link.

    A redirection for a visitor without any. Raises LinkGoneError for a link that opens nothing, StopsOnlyError for an
    unsubscribe link that is to do more.
    """
    if "reader" in request.form:
        return _link_holder(request.form["reader"]).membership
    if "unsubscribe" in request.form:
        member = _subscriber(request.form["unsubscribe"])
        if not stops:
            raise StopsOnlyError
        return member
    if not current_user.is_authenticated:
        return redirect(url_for("teams.sign_in"))
    csrf.protect()
    return find_membership(g.slug) or abort(404)


def _subscriber(token: str) -> Membership:
    """Return whose the link of an unsubscribe page is; a former member may still say no, an erased one may not."""
    subscription = find_subscription(token, clock.now())
    member = subscription[0] if subscription else None
    if member is None or member.promotion.slug != g.slug:
        raise LinkGoneError
    return member


def _link_holder(token: str) -> LinkHolder:
    """Return who holds the link to a digest. Raises LinkGoneError, also for a member who has left the promotion."""
    now = clock.now()
    holder = find_reader(token, now)
    if holder is None or holder.digest.promotion.slug != g.slug:
        raise LinkGoneError
    if not holder.membership.is_current(holder.digest.promotion.today(now)):
        raise LinkGoneError
    return holder
