"""The pages where digests are read, and what a reader does there: mark, choose, answer, offer help."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import TypeVar

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, is_coordinator
from app.digests.models import Digest
from app.digests.service import find_digest
from app.digests.ways_in_body import add_ways
from app.extensions import csrf
from app.fragments import render_fragment
from app.help_requests.models import HelpRequest
from app.help_requests.views import answer_offer, show_offer
from app.i18n import current_locale
from app.i18n import gettext as _
from app.reactions.views import reaction_bars
from app.readership.archive import archive_of
from app.readership.auto_marking import ServedPage, choose, consent_status, mark_automatically, serve_page
from app.readership.calls_in_body import add_to_calls
from app.readership.consent import Choice, ConsentPlace
from app.readership.context import automatic_marking, template_values
from app.readership.figures.months import parse_month
from app.readership.models import Origin
from app.readership.question import answer_question
from app.readership.reactions_in_body import add_to_bulletins
from app.readership.read_marks import mark_read
from app.readership.request_reader import DigestReader, LinkGoneError, choosing_member, digest_reader
from app.readership.retention import is_kept
from app.readership.service import DigestPage, calls_of, find_page, has_read, offer_from_digest
from app.readership.survey import Habit
from app.routing import page_to_return_to
from app.teams.models import Membership
from app.teams.phases import Phase
from app.teams.sign_in_views import SignInForm
from app.weeks import Week, WeekState

pages = Blueprint("readership", __name__)
pages.app_context_processor(template_values)

EnumT = TypeVar("EnumT", bound=StrEnum)


@pages.get("/<slug:promotion_slug>/weeks")
@pages.get("/<slug:promotion_slug>/digests")
def digests() -> str:
    """Show the archive: every week by month, with its digest, and which of them its reader has to read."""
    now = clock.now()
    return render_template(
        "readership/archive.html",
        months=archive_of(g.membership, now, coordinates=is_coordinator(g.membership)),
        has_ended=g.promotion.phase(now) is Phase.AFTER,
        WeekState=WeekState,
    )


@pages.get("/<slug:promotion_slug>/digests/<week:week>")
@access(Access.PUBLIC)
def digest(week: Week) -> str | Response:
    """Show one digest as issued, to members and to the holder of its letter's link. Opening it records nothing."""
    reader = digest_reader(week)
    if isinstance(reader, Response):
        return reader
    page = find_page(reader.membership, week, current_locale()) or abort(404)
    if not reader.token:
        g.membership, g.promotion = reader.membership, reader.membership.promotion
    return _digest_page(reader, page)


@pages.post("/<slug:promotion_slug>/digests/<week:week>/read")
@access(Access.PUBLIC)
@csrf.exempt
def read(week: Week) -> Response:
    """Mark the digest as read, for its reader or for the script of its page."""
    reader = digest_reader(week)
    if isinstance(reader, Response):
        return reader
    member, now = reader.membership, clock.now()
    digest = find_digest(member.promotion_id, week) or abort(404)
    if request.form.get("origin") == Origin.AUTO:  # from the page's script, which ignores the answer
        page, claimed = request.form.get("served", ""), request.form.get("seconds", "")
        return Response(status=204 if mark_automatically(member, digest, page, claimed, now) else 403)
    first = mark_read(member, digest, now)
    if request.form.get("back") == "my_week" and not reader.token:
        if first or has_read(member.id, digest.id):  # nothing is recorded of an empty digest, or too late
            flash(_("Thank you: this digest now counts as read."), "at-unread")
        return _redirect_back("unread")
    at_end = "read-end" if request.form.get("at") == "end" else None  # the page itself says there that it is read
    return redirect(url_for("readership.digest", week=week, reader=reader.token, _anchor=at_end))


@pages.post("/<slug:promotion_slug>/reading/consent")
@access(Access.PUBLIC)
@csrf.exempt
def consent() -> Response:
    """Switch automatic marking on or off. A box that is left unticked sends no choice: it is a no."""
    stops = request.form.get("choice", Choice.DENIED) == Choice.DENIED
    member = choosing_member(stops=stops)
    if isinstance(member, Response):
        return member
    choice = _parse_or_400(Choice, request.form.get("choice", "denied"))
    place = _parse_or_400(ConsentPlace, request.form.get("place", ""))
    now = clock.now()
    if choice is Choice.GRANTED and not consent_status(member, now).offered:
        abort(403)
    if not choose(member, choice, place, now, seen=request.form.get("seen", "")):
        flash(_("You have said no since this page was opened: nothing has been changed."), "at-automatic-marking")
        return _redirect_back("automatic-marking")
    granted = _("Your choice has been saved: the digests that you read are marked automatically from now on.")
    denied = _("Your choice has been saved: nothing is marked automatically. The “I have read it” button stays.")
    flash(granted if choice is Choice.GRANTED else denied, "at-automatic-marking")
    return _redirect_back("automatic-marking")


@pages.post("/<slug:promotion_slug>/reading/answer")
@access(Access.PUBLIC)
@csrf.exempt
def answer() -> Response:
    """Store the answer to the question of a month. Raises NotAskedError."""
    member = choosing_member()
    if isinstance(member, Response):
        return member
    try:
        month = parse_month(request.form.get("month", ""))
    except ValueError:
        abort(400)
    answer_question(member, month, _parse_or_400(Habit, request.form.get("habit", "")), clock.now())
    return _redirect_back("question")


@pages.get("/<slug:promotion_slug>/digests/<week:week>/help/<int:call>/offer")
def offer_form(week: Week, call: int) -> str | tuple[str, int]:
    """Show the form « Je peux aider (et j'ai lu) »; opening it records nothing."""
    digest = find_digest(g.promotion.id, week) or abort(404)
    reads = not has_read(g.membership.id, digest.id)
    return show_offer(call, back=_call_in_digest(week, call), reads=reads)


@pages.post("/<slug:promotion_slug>/digests/<week:week>/help/<int:call>/offer")
def offer(week: Week, call: int) -> Response | tuple[str, int]:
    """Write to the team that calls, and mark the digest as read; for members who have signed in."""
    digest = find_digest(g.promotion.id, week) or abort(404)
    reads = not has_read(g.membership.id, digest.id)
    return answer_offer(call, partial(_offer, digest), back=_call_in_digest(week, call), reads=reads)


@pages.app_errorhandler(LinkGoneError)
def link_gone(_error: LinkGoneError) -> tuple[str, int]:
    """Say that the link opens nothing, and offer to sign in."""
    return render_template("readership/link_gone.html", form=SignInForm()), 410


def _call_in_digest(week: Week, call: int) -> str:
    """Return the URL of the place where the digest of `week` tells the call."""
    return url_for("readership.digest", week=week, _anchor=f"call-{call}")


def _digest_page(reader: DigestReader, page: DigestPage) -> str:
    member = reader.membership
    marks = is_kept(member.promotion, clock.now()) and not page.empty
    read = page.read_on is not None
    shared = {
        "slug": member.promotion.slug,
        "locale": member.promotion.locale,
        "week": page.week,
        "marks": marks and not read,
        "signed_in": not reader.token,
    }
    calls = calls_of(page, member, clock.now())
    first_open = next((call for call in calls if call and call.open), None)  # which tells what offering takes
    answers = [
        render_fragment("readership/_call.html", call=call, is_first=call is first_open, **shared) for call in calls
    ]
    body, ways = add_ways(page.html)
    return render_template(
        "readership/digest.html",
        member=member,
        marks=marks,
        served=_serve_page(member, page) if marks and not read else None,
        ends_month=member.promotion.month_ended_by(page.week),
        digest=page,
        body=add_to_bulletins(add_to_calls(body, answers), [] if reader.token else _reactions(page)),
        ways=ways,
        reader=member.person if reader.token else None,
        token=reader.token,
        read=read,
    )


def _reactions(page: DigestPage) -> list[str]:
    """Return what stands under each bulletin of the digest, in its order, for a member who has signed in."""
    bars = reaction_bars([bulletin for bulletin in page.bulletins if bulletin])
    return [bars[bulletin] if bulletin else "" for bulletin in page.bulletins]


def _serve_page(member: Membership, page: DigestPage) -> ServedPage | None:
    """Return what the page needs to mark its digest automatically, where its reader wants that."""
    if not automatic_marking(member).granted:
        return None
    return serve_page(member, page.id, page.text, clock.now())


def _offer(digest: Digest, call: HelpRequest, text: str) -> None:
    offer_from_digest(digest, g.membership, call, text, clock.now())
    flash(
        _(
            "Thank you! Your offer is on its way to %(team)s by email, and this digest counts as read.",
            team=call.team.name,
        )
    )


def _parse_or_400(enum: type[EnumT], value: str) -> EnumT:
    try:
        return enum(value)
    except ValueError:
        abort(400)


def _redirect_back(anchor: str) -> Response:
    """Redirect to the place on the page where the button was pressed."""
    return redirect(f"{page_to_return_to(url_for('home.my_week'))}#{anchor}")
