"""The addresses that get no letter any more, and lifting one; how many members have left which letters."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.languages import gettext as _
from app.letters.admin_actions import lift_suppression
from app.teams.addresses import addresses_of, lifts_of, suppressed_of
from app.teams.members import find_people
from app.teams.subscriptions import count_left

pages = Blueprint("addresses", __name__)


@pages.get("/<slug:promotion_slug>/manage/addresses")
@access(Access.COORDINATOR)
def addresses() -> str:
    """What is suppressed and since when, what was lifted and by whom; of those who left letters, how many."""
    today = g.promotion.today(clock.now())
    lifts = lifts_of(g.promotion.id, today)
    return render_template(
        "teams/addresses.html",
        suppressed=suppressed_of(g.promotion.id, today),
        lifts=lifts,
        people=find_people(lift.act.person_id for lift in lifts),
        left=count_left(g.promotion.id, today),
        zone=g.promotion.timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/manage/addresses/<int:address>/lift")
@access(Access.COORDINATOR)
def lift(address: int) -> Response:
    """Send to an address of one of the promotion's members again."""
    known = addresses_of(g.promotion.id, g.promotion.today(clock.now()))
    row = next((one.row for one in known if one.row.id == address), None) or abort(404)
    if lift_suppression(row.id, current_user.id, clock.now()):
        flash(_("%(address)s gets letters again, from the next one on.", address=row.address))
    else:
        flash(_("%(address)s had been lifted already.", address=row.address))
    return redirect(url_for("addresses.addresses"))
