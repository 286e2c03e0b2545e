"""Offering help, as pages show it: the form under each call, and the answer to what was sent with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import g, redirect, render_template, request
from werkzeug.wrappers import Response

from app.bulletins.texts import LIMIT
from app.help_requests.forms import OfferForm
from app.help_requests.life import NoOffer
from app.help_requests.models import HelpRequest
from app.help_requests.offers import OfferRefusedError, count_offers, refusal_of, words_offered
from app.help_requests.service import find_call
from app.teams.models import Membership

STATUS = {NoOffer.NOT_TOLD: 404, NoOffer.OWN_TEAM: 403, NoOffer.READS_ONLY: 403}  # any other: 409


@dataclass(frozen=True, slots=True)
class Offering:
    """What a member sees of the offers on a call.

    `open`: whether they may still offer; `mine`: the words in which they have; `received`: how many offers their own
    team got by mail.
    """

    call_id: int
    open: bool
    mine: str | None
    received: int

    @property
    def form(self) -> OfferForm:
        """A new form for the call."""
        return OfferForm(self.call_id)


def offerings(calls: Collection[HelpRequest], member: Membership) -> dict[int, Offering]:
    """For each of `calls`, by its id, what `member` sees of the offers on it."""
    own = words_offered(member) if calls else {}
    asked = any(call.team_id == member.team_id for call in calls)
    counts = count_offers(member.team_id) if asked and member.team_id else {}

    def offering(call: HelpRequest) -> Offering:
        mine = own.get(call.id)
        may_offer = mine is None and refusal_of(call, member) is None
        return Offering(call.id, may_offer, mine, received=counts.get(call.id, 0))

    return {call.id: offering(call) for call in calls}


def answer_offer(
    call_id: int, offer: Callable[[HelpRequest, str], object], *, back: str, reads: bool = False
) -> Response | tuple[str, int]:
    """Take the offer in the request by `offer(call, words)` and go `back`, or show what was typed with what is wrong.

    `reads`: the offer also marks a digest as read, and the button says so.
    """
    form = OfferForm(call_id)
    try:
        call = _open_call(call_id)
        if not form.validate():
            return _form_page(call, form, back, reads=reads), 422
        offer(call, form.words)
    except OfferRefusedError as refused:
        return _refused(refused.why, form, back)
    return redirect(back)


def show_offer(call_id: int, *, back: str, reads: bool = False) -> str | tuple[str, int]:
    """The page of one call with its form, or why no offer can be made."""
    form = OfferForm(call_id)
    try:
        return _form_page(_open_call(call_id), form, back, reads=reads)
    except OfferRefusedError as refused:
        return _refused(refused.why, form, back)


def _open_call(call_id: int) -> HelpRequest:
    """The call, if the member may offer help on it. Raises OfferRefusedError."""
    call = find_call(g.promotion.id, call_id)
    refusal = refusal_of(call, g.membership) if call else NoOffer.NOT_TOLD
    if call is None or refusal:
        raise OfferRefusedError(refusal or NoOffer.NOT_TOLD)
    return call


def _form_page(call: HelpRequest, form: OfferForm, back: str, *, reads: bool) -> str:
    return render_template(
        "help_requests/offer.html", call=call, form=form, action=request.path, back=back, reads=reads, limit=LIMIT
    )


def _refused(why: NoOffer, form: OfferForm, back: str) -> tuple[str, int]:
    page = render_template("help_requests/offer_refused.html", why=why, NoOffer=NoOffer, typed=form.words, back=back)
    return page, STATUS.get(why, 409)
