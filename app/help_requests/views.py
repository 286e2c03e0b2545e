"""The calls for help that are open, and what their team can say of them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import is_coordinator
from app.bulletins.texts import LIMIT
from app.help_requests.acts import last_week_of, renew, renewable, resolve
from app.help_requests.models import HelpRequest
from app.help_requests.offer_page import offerings
from app.help_requests.service import find_call, live_calls
from app.i18n import gettext as _
from app.teams.models import Membership
from app.teams.roles import Role

pages = Blueprint("help_requests", __name__)


@pages.get("/<slug:promotion_slug>/help")
def calls() -> str:
    """Every open call that was told, and one's own team's."""
    member: Membership = g.membership
    now = clock.now()
    shown = [call for call in live_calls(g.promotion.id) if _may_see(member, call)]
    closable = [call for call in shown if _may_close(member, call)]
    return render_template(
        "help_requests/calls.html",
        calls=[(call, last_week_of(call), call in closable) for call in shown],
        renewable=renewable(closable, g.promotion, now),
        offerings=offerings(shown, member),
        limit=LIMIT,
        today=g.promotion.today(now),
        zone=g.promotion.timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/help/<int:call>/resolved")
def resolved(call: int) -> Response:
    """The team has found help."""
    resolve(_own_call(call), current_user, clock.now())
    flash(_("Good news! This call for help is closed as resolved."))
    return redirect(url_for("help_requests.calls"))


@pages.post("/<slug:promotion_slug>/help/<int:call>/renewed")
def renewed(call: int) -> Response:
    """The team still needs help."""
    renew(_own_call(call), clock.now())
    flash(_("This call for help will stand in the next digests again."))
    return redirect(url_for("help_requests.calls"))


def _own_call(call_id: int) -> HelpRequest:
    call = find_call(g.promotion.id, call_id)
    if call is None or not _may_see(g.membership, call):
        abort(404)
    if not _may_close(g.membership, call):
        abort(403)
    return call


def _may_see(member: Membership, call: HelpRequest) -> bool:
    """A call is everybody's once a digest has told it."""
    return call.bulletin.told_in is not None or call.team_id == member.team_id


def _may_close(member: Membership, call: HelpRequest) -> bool:
    own = call.team_id == member.team_id and member.role is not Role.ALUMNI
    return own or is_coordinator(member)
