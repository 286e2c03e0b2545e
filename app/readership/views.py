"""The pages where digests are read, and the button that says so."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.digests.service import find_digest
from app.extensions import csrf
from app.fragments import render_fragment
from app.i18n import current_locale
from app.i18n import gettext as _
from app.readership.automatic import mark_automatically, served
from app.readership.digest_page import DigestPage, find_page
from app.readership.marking import mark_read
from app.readership.models import Origin
from app.readership.offering import live_calls_of
from app.readership.page_blocks import automatic_marking
from app.readership.reader import DigestReader, LinkGoneError, reading
from app.readership.retention import is_kept
from app.readership.service import digests_of, has_read
from app.teams.models import Membership
from app.teams.sign_in_views import SignInForm
from app.weeks import Week

pages = Blueprint("readership", __name__)


@pages.get("/<slug:promotion_slug>/digests")
def digests() -> str:
    """Every digest of the promotion."""
    return render_template(
        "readership/digests.html", digests=digests_of(g.membership), marks=is_kept(g.promotion, clock.now())
    )


@pages.get("/<slug:promotion_slug>/digests/<week:week>")
@access(Access.PUBLIC)
def digest(week: Week) -> str | Response:
    """One digest as issued, for members and for the holder of its letter's link. Opening it records nothing."""
    reader = reading(week)
    if isinstance(reader, Response):
        return reader
    page = find_page(reader.membership, week, current_locale()) or abort(404)
    if not reader.token:
        g.membership, g.promotion = reader.membership, reader.membership.promotion
    return _page(reader, page)


@pages.post("/<slug:promotion_slug>/digests/<week:week>/read")
@access(Access.PUBLIC)
@csrf.exempt
def read(week: Week) -> Response:
    """The reader says that they have read it."""
    reader = reading(week)
    if isinstance(reader, Response):
        return reader
    member, now = reader.membership, clock.now()
    digest = find_digest(member.promotion_id, week) or abort(404)
    if request.form.get("origin") == Origin.AUTO:  # the page's script says it; nobody looks at the answer
        page, claimed = request.form.get("served", ""), request.form.get("seconds", "")
        return Response(status=204 if mark_automatically(member, digest, page, claimed, now) else 403)
    first = mark_read(member, digest, now)
    if request.form.get("back") == "my_week" and not reader.token:
        if first or has_read(member.id, digest.id):  # nothing is recorded of an empty digest, or too late
            flash(_("Thank you: this digest counts as read by you."))  # a digest's own page says it in its place
        return redirect(url_for("home.my_week"))
    return redirect(url_for("readership.digest", week=week, reader=reader.token))


@pages.app_errorhandler(LinkGoneError)
def link_gone(_error: LinkGoneError) -> tuple[str, int]:
    """Say that the link opens nothing, and offer to sign in."""
    return render_template("readership/link_gone.html", form=SignInForm()), 410


def _page(reader: DigestReader, page: DigestPage) -> str:
    member = reader.membership
    calls, kept = live_calls_of(page, member), is_kept(member.promotion, clock.now())
    read = page.read_on is not None
    shown = None if reader.token else render_fragment("readership/_calls.html", calls=calls, week=page.week, read=read)
    return render_template(
        "readership/digest.html",
        member=member,
        marks=kept and not page.empty,
        automatic=_automatic(member, page) if kept and not page.read_on else None,
        ends_month=member.promotion.month_ended_by(page.week),
        calls=len(calls),
        calls_shown=shown,
        digest=page,
        reader=member.person if reader.token else None,
        token=reader.token,
        read=read,
    )


def _automatic(member: Membership, page: DigestPage) -> tuple[str, float] | None:
    """What the page needs to mark its digest by itself, where its reader wants that."""
    if page.empty or not automatic_marking(member).granted:
        return None
    return served(member, page.id, page.text, clock.now())
