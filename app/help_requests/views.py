"""The open calls for help: resolving and renewing those of the own team, offering help on others."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import is_coordinator
from app.bulletins.models import Bulletin
from app.bulletins.rules import TEXT_LIMIT, own_team
from app.drafts.views import kept_fields
from app.help_requests.forms import OfferForm
from app.help_requests.models import HelpRequest
from app.help_requests.offers import OfferRefusedError, count_offers, offer_help, offer_texts, refusal_of
from app.help_requests.rules import OfferRefusal, may_close, may_see
from app.help_requests.service import (
    closed_by_team,
    find_call,
    is_call_closed,
    last_week_of,
    live_calls,
    renew,
    renewable,
    resolve,
)
from app.i18n import gettext as _
from app.teams.models import Membership
from app.teams.phases import Phase
from app.teams.roles import Role

STATUS = {OfferRefusal.NOT_PUBLISHED: 404, OfferRefusal.OWN_TEAM: 403, OfferRefusal.READS_ONLY: 403}  # any other: 409

pages = Blueprint("help_requests", __name__)


@dataclass(frozen=True, slots=True)
class Offering:
    """What a member sees of the offers on a call.

    `open`: whether they may still offer; `own_text`: the text of their own offer; `received`: how many offers their own
    team got by mail.
    """

    call_id: int
    open: bool
    own_text: str | None
    received: int


@pages.app_template_global()
def has_closed_call(bulletin: Bulletin) -> bool:
    """Return whether the call for help in the bulletin is closed, though its text stands there still."""
    return bool(bulletin.help) and is_call_closed(bulletin.id)


@pages.app_template_global()
def calls_closed_by_team(bulletins: Collection[Bulletin]) -> frozenset[int]:
    """Return the ids of those of `bulletins` whose call for help its team marked as resolved or withdrew."""
    return frozenset(closed_by_team({bulletin.id for bulletin in bulletins if bulletin.help_html}))


@pages.get("/<slug:promotion_slug>/help")
def calls() -> str:
    """Show every open call that a digest has published, and those of the member's own team."""
    member: Membership = g.membership
    now = clock.now()
    visible = [call for call in live_calls(g.promotion.id) if _may_see(member, call)]
    closable = [call for call in visible if _may_close(member, call)]
    return render_template(
        "help_requests/calls.html",
        calls=[(call, last_week_of(call), call in closable) for call in visible],
        renewable=renewable(closable, g.promotion, now),
        offerings=_offerings(visible, member, now),
        today=g.promotion.today(now),
        ended=g.promotion.phase(now) is Phase.AFTER,
        zone=g.promotion.timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/help/<int:call>/resolved")
def resolved(call: int) -> Response:
    """Close a call whose team has found help."""
    resolve(_closable_call(call), current_user, clock.now())
    flash(_("Good news! This request for help is marked as resolved."))
    return redirect(url_for("help_requests.calls"))


@pages.post("/<slug:promotion_slug>/help/<int:call>/renewed")
def renewed(call: int) -> Response:
    """Renew a call whose team still needs help."""
    now = clock.now()
    if g.promotion.phase(now) is Phase.AFTER:
        abort(409)  # no digest is to come
    renew(_closable_call(call), now)
    flash(_("This request for help will appear in the next digests again."))
    return redirect(url_for("help_requests.calls"))


@pages.route("/<slug:promotion_slug>/help/<int:call>/offer", methods=["GET", "POST"])
def offer(call: int) -> Response | str | tuple[str, int]:
    """Show the form « Je peux aider » of one call; write to the team that calls."""
    back = url_for("help_requests.calls", _anchor=f"call-{call}")
    return answer_offer(call, _offer, back=back) if request.method == "POST" else show_offer(call, back=back)


def _offerings(calls: Collection[HelpRequest], member: Membership, now: datetime) -> dict[int, Offering]:
    """Return for each of `calls`, by its id, what `member` sees of the offers on it at `now`."""
    own_texts = offer_texts(member) if calls else {}
    team_id = own_team(member.role, member.team_id)
    counts = count_offers(team_id) if team_id and any(call.team_id == team_id for call in calls) else {}

    def offering(call: HelpRequest) -> Offering:
        own_text = own_texts.get(call.id)
        may_offer = own_text is None and refusal_of(call, member, now) is None
        return Offering(call.id, may_offer, own_text, received=counts.get(call.id, 0))

    return {call.id: offering(call) for call in calls}


def answer_offer(
    call_id: int, offer: Callable[[HelpRequest, str], None], *, back: str, reads: bool = False
) -> Response | tuple[str, int]:
    """Take the offer in the request by `offer(call, text)` and go `back`, or show what was typed with what is wrong.

    `back` is a URL; `reads`: the offer also marks a digest as read, and the button says so.
    """
    form = OfferForm(call_id)
    try:
        call = _open_call(call_id)
        if not form.validate():
            return _offer_page(call, form, back, reads=reads), 422
        offer(call, form.cleaned)
    except OfferRefusedError as refused:
        return _refusal_page(refused.reason, form, back)
    return redirect(back)


def show_offer(call_id: int, *, back: str, reads: bool = False) -> str | tuple[str, int]:
    """Show the page of one call with its form, or why no offer can be made; the arguments are those of answer_offer."""
    form = OfferForm(call_id, kept_fields(request.path))
    try:
        return _offer_page(_open_call(call_id), form, back, reads=reads)
    except OfferRefusedError as refused:
        return _refusal_page(refused.reason, form, back)


def _offer(call: HelpRequest, text: str) -> None:
    offer_help(call, g.membership, text, clock.now())
    flash(
        _(
            "Thank you! Your offer is on its way to %(team)s by email; they will reply to your address.",
            team=call.team.name,
        )
    )


def _open_call(call_id: int) -> HelpRequest:
    """Return the call, if the member may offer help on it. Raises OfferRefusedError."""
    call = find_call(g.promotion.id, call_id)
    refusal = refusal_of(call, g.membership, clock.now()) if call else OfferRefusal.NOT_PUBLISHED
    if call is None or refusal:
        raise OfferRefusedError(refusal or OfferRefusal.NOT_PUBLISHED)
    return call


def _offer_page(call: HelpRequest, form: OfferForm, back: str, *, reads: bool) -> str:
    return render_template(
        "help_requests/offer.html", call=call, form=form, action=request.path, back=back, reads=reads, limit=TEXT_LIMIT
    )


def _refusal_page(reason: OfferRefusal, form: OfferForm, back: str) -> tuple[str, int]:
    page = render_template(
        "help_requests/offer_refused.html", reason=reason, OfferRefusal=OfferRefusal, typed=form.cleaned, back=back
    )
    return page, STATUS.get(reason, 409)


def _closable_call(call_id: int) -> HelpRequest:
    """Return the call; 404 when the member may not see it, 403 when they may not close it."""
    call = find_call(g.promotion.id, call_id)
    if call is None or not _may_see(g.membership, call):
        abort(404)
    if not _may_close(g.membership, call):
        abort(403)
    return call


def _may_see(member: Membership, call: HelpRequest) -> bool:
    return may_see(
        own_team=call.team_id == own_team(member.role, member.team_id), published=call.published_in is not None
    )


def _may_close(member: Membership, call: HelpRequest) -> bool:
    return may_close(
        own_team=call.team_id == member.team_id,
        reads_only=member.role is Role.ALUMNI,
        coordinates=is_coordinator(member),
    )
