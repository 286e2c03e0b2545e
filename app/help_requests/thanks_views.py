"""The page on which a team says how its call was resolved and thanks who offered help."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.bulletins.rules import TEXT_LIMIT
from app.drafts.views import kept_fields
from app.help_requests.forms import ThanksForm, thanks_form
from app.help_requests.listing import Shown, may_thank_for
from app.help_requests.models import HelpOffer, HelpRequest, HelpThanks
from app.help_requests.service import find_call
from app.help_requests.thanks import (
    ThanksConflictError,
    find_thanks,
    hide_thanks,
    offers_on,
    say_thanks,
    thanks_for,
)
from app.i18n import gettext as _
from app.i18n import ngettext

pages = Blueprint("help_thanks", __name__)


@pages.get("/<slug:promotion_slug>/help/<int:call>/thanks")
def form(call: int) -> str:
    """Show the form: how it was resolved, a word for each who offered help."""
    row = _own_call(call)
    offers = offers_on(row, clock.now())
    thanked = thanks_for(offers)
    page = url_for("help_thanks.form", call=call)
    return _page(row, offers, thanked, thanks_form(row, offers, kept_fields(page)))


@pages.post("/<slug:promotion_slug>/help/<int:call>/thanks")
def save(call: int) -> Response | tuple[str, int]:
    """Store the thanks and write to those who are thanked, or show the form again with its errors."""
    row, now = _own_call(call), clock.now()
    offers = offers_on(row, now)
    typed = thanks_form(row, offers)
    if not typed.validate():
        return _page(row, offers, thanks_for(offers), typed), 422
    try:
        sent = say_thanks(
            row,
            g.membership,
            typed.words(offers),
            typed.cleaned_resolution,
            base=typed.base.data or "",
            shown=bool(typed.shown.data),
            now=now,
        )
    except ThanksConflictError as conflict:
        row = _own_call(call)
        offers = offers_on(row, now)
        thanked = thanks_for(offers)
        for offer in offers:
            if offer.id in conflict.offers:
                typed.tell_thanked(offer, thanked[offer.id].text)
        if conflict.resolution is not None:
            typed.tell_resolution(conflict.resolution)
        return _page(row, offers, thanked, typed), 409
    done = ngettext("Thanks sent to %(num)d person.", "Thanks sent to %(num)d people.", sent) if sent else _("Saved.")
    flash(done)
    return redirect(url_for("help_requests.calls", state=Shown.RESOLVED.value, _anchor=f"call-{call}"), 303)


@pages.post("/<slug:promotion_slug>/help/<int:call>/thanks/<int:offer>/hide")
def hide(call: int, offer: int) -> Response:
    """Take the words for one helper off the page of the calls: for the helper, and for the team."""
    row = find_call(g.promotion.id, call) or abort(404)
    thanks = find_thanks(row, offer) or abort(404)
    if thanks.offer.membership_id != g.membership.id and not may_thank_for(g.membership, row):
        abort(403 if thanks.shown else 404)
    hide_thanks(thanks)
    flash(_("These thanks are no longer shown beside the request."))
    return redirect(url_for("help_requests.calls", state=Shown.RESOLVED.value, _anchor=f"call-{call}"), 303)


def _own_call(call_id: int) -> HelpRequest:
    """Return the resolved call of the member's team; 404 for any other, whose offers are not theirs to read."""
    call = find_call(g.promotion.id, call_id)
    if call is None or not may_thank_for(g.membership, call):
        abort(404)
    return call


def _page(call: HelpRequest, offers: Sequence[HelpOffer], thanked: dict[int, HelpThanks], form: ThanksForm) -> str:
    return render_template(
        "help_requests/thanks.html",
        call=call,
        form=form,
        offers=offers,
        thanked=thanked,
        limit=TEXT_LIMIT,
    )
