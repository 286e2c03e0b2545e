"""The pages where digests are read, and the button that says so."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.database import looking
from app.extensions import csrf
from app.help_requests.offer_page import offerings
from app.languages import gettext as _
from app.languages import locale_for, speaking
from app.readership.automatic import mark_automatically, served
from app.readership.marker import Marker
from app.readership.marking import mark_by_hand
from app.readership.models import Origin
from app.readership.offering import calls_still_live
from app.readership.page_blocks import standing
from app.readership.reader import LinkGone, Reading, marker, reading
from app.readership.retention import is_kept
from app.readership.service import digests_of, has_read
from app.routing import path_to
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
    return reader if isinstance(reader, Response) else _page(reader)


@pages.post("/<slug:promotion_slug>/digests/<week:week>/read")
@access(Access.PUBLIC)
@csrf.exempt
def read(week: Week) -> Response:
    """The reader says that they have read it."""
    with looking():
        reader = marker(week)
    if isinstance(reader, Response):
        return reader
    if request.form.get("origin") == Origin.AUTO:
        return _read_by_itself(reader)
    now = clock.now()
    first = reader.is_kept(now) and mark_by_hand(reader.mark(now))
    if request.form.get("back") == "my_week" and not reader.token:
        if first or has_read(reader.membership, reader.digest):  # nothing is recorded of an empty digest, or too late
            with speaking(locale_for(reader.locale)):
                flash(_("Thank you: this digest counts as read by you."))  # a digest's own page says it in its place
        return redirect(url_for("home.my_week"))
    return redirect(path_to("readership.digest", week=week, reader=reader.token))


@pages.app_errorhandler(LinkGone)
def link_gone(_error: LinkGone) -> tuple[str, int]:
    """Say that the link opens nothing, and offer to sign in."""
    return render_template("readership/link_gone.html", form=SignInForm()), 410


def _page(reader: Reading) -> str:
    member, page = reader.membership, reader.digest
    calls, kept = calls_still_live(page), is_kept(member.promotion, clock.now())
    return render_template(
        "readership/digest.html",
        member=member,
        marks=kept and not page.empty,
        automatic=_automatic(reader) if kept and not page.read_on else None,
        ends_month=member.promotion.month_ended_by(page.week),
        calls=calls,
        offerings={} if reader.token else offerings(calls, member),
        digest=page,
        reader=member.person if reader.token else None,
        token=reader.token,
        read=page.read_on is not None,
    )


def _automatic(reader: Reading) -> tuple[str, float] | None:
    """What the page needs to mark its digest by itself, where its reader wants that."""
    page = reader.digest
    if page.empty or not standing(reader.membership).granted:
        return None
    return served(reader.membership, page.id, page.text, clock.now())


def _read_by_itself(reader: Marker) -> Response:
    """The page's script says that its reader has read it; nobody looks at the answer."""
    page, claimed = request.form.get("served", ""), request.form.get("seconds", "")
    marked = mark_automatically(reader, page, claimed, clock.now())
    return Response(status=204 if marked else 403)
