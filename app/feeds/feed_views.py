"""The feeds at their personal addresses, and the buttons that make and end these. Reading a feed records nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app import clock
from app.access import Access, access, is_coordinator
from app.extensions import settings
from app.feeds.addresses import addresses_of, end_address, find_holder, make_address
from app.feeds.atom import FeedHead, atom_text
from app.feeds.calendar import CalendarDate, calendar_text
from app.feeds.models import Feed
from app.feeds.queries import dates_for, digest_entries, removed_dates_for
from app.feeds.rules import TeamDate, is_offered
from app.i18n import LOCALES, force_locale
from app.i18n import gettext as _
from app.routing import public_url
from app.teams.models import Membership

GONE = 410

pages = Blueprint("feeds", __name__)
pages.add_app_template_global(addresses_of, "feed_addresses_of")
pages.add_app_template_global(Feed)


@pages.app_template_global()
def is_feed_offered(member: Membership) -> bool:
    """Return whether the member is offered an address of a feed that they have none of."""
    return is_offered(member.promotion.phase(clock.now()))


@pages.get("/<slug:promotion_slug>/dates.ics")
@access(Access.PUBLIC)
def calendar() -> Response:
    """Give the key dates that the holder of the address may see, as a calendar in their language."""
    member, now = _find_holder(Feed.CALENDAR), clock.now()
    if member is None:
        return _gone()
    with force_locale(member.locale):
        dates = [*dates_for(member, now, coordinates=is_coordinator(member)), *removed_dates_for(member, now)]
        body = calendar_text(
            _("Key dates, %(promotion)s", promotion=member.promotion.name),
            public_url("dates.agenda", promotion_slug=member.promotion.slug),
            tuple(map(_calendar_date, dates)),
        )
    return _answer(body, "text/calendar; charset=utf-8")


@pages.get("/<slug:promotion_slug>/digests.atom")
@access(Access.PUBLIC)
def digests() -> Response:
    """Give the digests of the promotion, as issued, in the language of the holder of the address."""
    member = _find_holder(Feed.DIGESTS)
    if member is None:
        return _gone()
    promotion = member.promotion
    with force_locale(member.locale):
        head = FeedHead(
            number=promotion.id,
            title=_("Digests, %(promotion)s", promotion=promotion.name),
            author=_("Bulletins, %(promotion)s", promotion=promotion.name),
            url=public_url("readership.digests", promotion_slug=promotion.slug),
            locale=member.locale,
            host=urlsplit(settings().base_url).hostname or "",
            since=promotion.created_at,
        )
    return _answer(atom_text(head, digest_entries(member)), "application/atom+xml; charset=utf-8")


@pages.post("/<slug:promotion_slug>/feeds/<slug:feed>/make")
def make(feed: str) -> BaseResponse:
    """Make the member's address of a feed; pressed twice, the second changes nothing. 409 where none is offered."""
    if not is_feed_offered(g.membership):
        abort(409)
    make_address(g.membership, _get_feed(feed), clock.now())
    return _back(feed, _("Your address is ready."))


@pages.post("/<slug:promotion_slug>/feeds/<slug:feed>/end")
def end(feed: str) -> BaseResponse:
    """End the member's address of a feed; pressed twice, the second changes nothing."""
    end_address(g.membership, _get_feed(feed))
    return _back(feed, _("This address no longer works."))


def _get_feed(name: str) -> Feed:
    return Feed(name) if name in set(Feed) else abort(404)


def _back(feed: str, told: str) -> BaseResponse:
    """Go back to the page that the button stands on, and say there what was done."""
    place = f"feed-{feed}-{g.membership.id}"
    flash(told, f"at-{place}")
    page = "dates.agenda" if request.form.get("from") == "dates" else "account.page"
    return redirect(url_for(page, _anchor=place), 303)


def _find_holder(feed: Feed) -> Membership | None:
    return find_holder(feed, g.slug, request.args.get("key", ""), clock.now())


def _calendar_date(each: TeamDate) -> CalendarDate:
    return CalendarDate(
        uid=each.uid,
        day=each.day,
        title=f"{each.team}{_(': ')}{each.text}",
        team=each.team,
        url=public_url("archive.team", promotion_slug=g.slug, team=each.team_slug),
        sequence=each.sequence,
        changed_at=each.changed_at,
        cancelled=each.removed,
    )


def _answer(body: bytes, content_type: str) -> Response:
    """Answer with `body`, or that it is what the program has already (304)."""
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = "private, no-cache"  # kept by whoever asked, and asked about each time
    response.headers["X-Robots-Tag"] = "noindex"
    response.add_etag()
    response.make_conditional(request)
    return response


def _gone() -> Response:
    """Answer that the address opens nothing, in words: whatever is wrong with it, the cure is the same."""
    lines = []
    for locale in LOCALES:
        with force_locale(locale):
            lines.append(_("This address no longer works: it was ended, is incomplete, or its owner has left."))
            lines.append(_("Sign in and make a new one under “My account”:") + " " + public_url("account.page"))
    return Response("\n".join([*lines, ""]), GONE, content_type="text/plain; charset=utf-8")
