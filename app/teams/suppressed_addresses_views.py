"""The page of suppressed e-mail addresses: which, and lifting one; how many members have unsubscribed from what."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.i18n import gettext as _
from app.letters.admin_actions import lift_suppression
from app.teams.members import find_people
from app.teams.subscriptions import count_unsubscribed
from app.teams.suppressed_addresses import find_addresses, find_lifts

pages = Blueprint("suppressed_addresses", __name__)


@pages.get("/<slug:promotion_slug>/manage/addresses")
@access(Access.COORDINATOR)
def show() -> str:
    """Show what is suppressed and since when, what was lifted and by whom; how many have unsubscribed."""
    today = g.promotion.today(clock.now())
    addresses = find_addresses(g.promotion.id, today)
    lifts = find_lifts(addresses)
    return render_template(
        "teams/suppressed_addresses.html",
        suppressed=[address for address in addresses if address.is_suppressed],
        lifts=lifts,
        people=find_people(lift.person_id for lift in lifts),
        unsubscribed=count_unsubscribed(g.promotion.id),
        zone=g.promotion.timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/manage/addresses/<int:address_id>/lift")
@access(Access.COORDINATOR)
def lift(address_id: int) -> Response:
    """Send to the e-mail address of one of the promotion's members again."""
    addresses = find_addresses(g.promotion.id, g.promotion.today(clock.now()))
    row = next((address.row for address in addresses if address.row.id == address_id), None) or abort(404)
    if lift_suppression(row.id, current_user.id, clock.now()):
        flash(_("%(address)s gets letters again, from the next one on.", address=row.email))
    else:
        flash(_("%(address)s had been lifted already.", address=row.email))
    return redirect(url_for("suppressed_addresses.show"))
