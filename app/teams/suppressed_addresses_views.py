"""The page of e-mail addresses: suppressed ones, those about which somebody must decide, what else came back."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.i18n import gettext as _
from app.letters.admin_actions import lift_suppression
from app.letters.bounces.held import decide
from app.letters.states import AdminAction, BounceVerdict
from app.teams.members import find_people
from app.teams.subscriptions import count_unsubscribed
from app.teams.suppressed_addresses import (
    count_returned,
    find_addresses,
    find_forwarding,
    find_held_bounces,
    find_lifts,
)

pages = Blueprint("suppressed_addresses", __name__)


@pages.get("/<slug:promotion_slug>/manage/addresses")
@access(Access.COORDINATOR)
def show() -> str:
    """Show what is suppressed and since when, what was lifted and by whom; how many have unsubscribed."""
    now = clock.now()
    today = g.promotion.today(now)
    addresses = find_addresses(g.promotion.id, today)
    lifts = find_lifts(addresses)
    return render_template(
        "teams/suppressed_addresses.html",
        suppressed=[address for address in addresses if address.is_suppressed],
        lifts=lifts,
        people=find_people(lift.person_id for lift in lifts),
        held=find_held_bounces(g.promotion.id, today),
        forwarding=find_forwarding(g.promotion.id, today, now),
        returned=count_returned(g.promotion.id, today, now),
        BounceVerdict=BounceVerdict,
        unsubscribed=count_unsubscribed(g.promotion.id),
        zone=g.promotion.timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/manage/addresses/<int:address_id>/lift")
@access(Access.COORDINATOR)
def lift(address_id: int) -> Response:
    """Send to the e-mail address of one of the promotion's members again."""
    addresses = find_addresses(g.promotion.id, g.promotion.today(clock.now()))
    address = next((address for address in addresses if address.row.id == address_id), None) or abort(404)
    row = address.row
    note_action(AuditAction.ADDRESS_LIFTED, person_id=address.person.id)
    if lift_suppression(row.id, current_user.id, clock.now()):
        flash(_("%(address)s will receive emails again, starting with the next one.", address=row.email))
    else:
        flash(_("%(address)s had already been restored.", address=row.email))
    return redirect(url_for("suppressed_addresses.show"))


@pages.post("/<slug:promotion_slug>/manage/addresses/held/suppress")
@access(Access.COORDINATOR)
def suppress_held() -> Response:
    """Suppress the addresses that the brake keeps back."""
    return _decide(
        AdminAction.SUPPRESS, _("Nothing more is sent to these addresses, except the sign-in links requested for them.")
    )


@pages.post("/<slug:promotion_slug>/manage/addresses/held/spare")
@access(Access.COORDINATOR)
def spare_held() -> Response:
    """Go on writing to the addresses that the brake keeps back."""
    return _decide(AdminAction.SPARE, _("These addresses will go on receiving emails."))


def _decide(action: AdminAction, done: str) -> Response:
    """Decide about the bounces that the form names, and not about those that have come since."""
    held = find_held_bounces(g.promotion.id, g.promotion.today(clock.now()))
    seen = set(request.form.get("bounces", "").split(","))
    ids = [bounce.id for bounce in held if str(bounce.id) in seen]
    if ids:
        suppresses = action is AdminAction.SUPPRESS
        note_action(AuditAction.ADDRESSES_SUPPRESSED if suppresses else AuditAction.ADDRESSES_SPARED)
    number = decide(ids, action, current_user.id, clock.now())
    flash(done if number else _("That had already been decided."))
    return redirect(url_for("suppressed_addresses.show"))
