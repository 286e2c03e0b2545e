"""The pages of chat channels: all of them for the coordination, that of a team for its EIGs as well."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access, is_coordinator
from app.channels.addresses import AddressError
from app.channels.due import channels_of
from app.channels.forms import ChannelForm
from app.channels.models import Channel
from app.channels.sender import is_available
from app.channels.service import (
    ChannelChangedError,
    find_channel,
    read_url,
    remove_channel,
    send_test,
    set_channel,
)
from app.channels.words import FAULTS
from app.database import db
from app.forms import as_revision
from app.i18n import gettext as _
from app.rate_limits.limits import count_attempt, try_again
from app.teams.models import Membership, Team
from app.teams.queries import find_team, teams_of
from app.teams.roles import Role

TESTS_PER_CHANNEL = "10 per hour"

pages = Blueprint("channels", __name__)

Page = str | tuple[str, int]


@pages.get("/<slug:promotion_slug>/manage/channels")
@access(Access.COORDINATOR)
def manage() -> Page:
    """Show every channel of the promotion, and the form of its own."""
    return _manage_page(ChannelForm(formdata=None))


@pages.post("/<slug:promotion_slug>/manage/channels")
@access(Access.COORDINATOR)
def set_promotion_channel() -> Response | Page:
    """Set the channel of the whole promotion."""
    return _set(None)


@pages.get("/<slug:promotion_slug>/teams/<slug:team>/channel")
def team_channel(team: str) -> Page:
    """Show the channel of a team, and its form, to its EIGs and the coordination."""
    return _team_page(_get_team(team), ChannelForm(formdata=None))


@pages.post("/<slug:promotion_slug>/teams/<slug:team>/channel")
def set_team_channel(team: str) -> Response | Page:
    """Set the channel of a team."""
    return _set(_get_team(team))


@pages.post("/<slug:promotion_slug>/channels/<int:channel_id>/test")
def test(channel_id: int) -> Response:
    """Send a message to a channel, which says that it is one."""
    channel = _get_channel(channel_id)
    url = _url_of(channel.team)
    if seconds := count_attempt(TESTS_PER_CHANNEL, f"channel {channel_id}"):
        said = _("There have been many tests of this channel.")
        flash(f"{said} {try_again(seconds)}", "warning")
    elif not is_available():
        abort(404)
    elif send_test(db.session.get_one(Channel, channel_id), clock.now()):
        flash(_("The test message has been sent: look whether it has arrived."), "success")
    else:
        flash(_("The chat service did not take the test message. Check the address, or paste a new one."), "error")
    return redirect(url, 303)


@pages.post("/<slug:promotion_slug>/channels/<int:channel_id>/remove")
def remove(channel_id: int) -> Response:
    """Forget a channel; one that is gone already is no error."""
    channel = db.session.get(Channel, channel_id)
    if channel is None:
        flash(_("This channel had already been removed."))
        return redirect(url_for("home.promotion_week"), 303)
    url = _url_of(_get_channel(channel_id).team)
    remove_channel(channel_id, current_user.id, clock.now(), seen=as_revision(request.form.get("seen")))
    flash(_("The channel has been removed: nothing more is sent to it."))
    return redirect(url, 303)


def _set(team: Team | None) -> Response | Page:
    form = ChannelForm()
    if not is_available():
        abort(404)
    if not form.validate():
        return _page(team, form), 422
    try:
        channel = set_channel(g.promotion, team, form.address.data or "", form.revision, current_user.id, clock.now())
    except AddressError as error:
        form.address.errors = [FAULTS[error.fault]]
        return _page(team, form), 422
    except ChannelChangedError as changed:
        return _page(team, form, changed=True, theirs=changed.theirs), 409
    flash(_("The channel has been saved: %(service)s. Send it a test message.", service=channel.service))
    return redirect(_url_of(team), 303)


def _page(team: Team | None, form: ChannelForm, *, changed: bool = False, theirs: Channel | None = None) -> str:
    if team:
        return _team_page(team, form, changed=changed, theirs=theirs)
    return _manage_page(form, changed=changed, theirs=theirs)


def _manage_page(form: ChannelForm, *, changed: bool = False, theirs: Channel | None = None) -> str:
    channels = channels_of(g.promotion.id)
    by_team = {channel.team_id: channel for channel in channels}
    own = theirs if changed else by_team.get(None)
    return render_template(
        "channels/manage.html",
        **_values(form, own, changed=changed),
        teams=[(team, by_team.get(team.id)) for team in teams_of(g.promotion.id)],
    )


def _team_page(team: Team, form: ChannelForm, *, changed: bool = False, theirs: Channel | None = None) -> str:
    channel = theirs if changed else find_channel(g.promotion.id, team.id)
    return render_template("channels/team.html", **_values(form, channel, changed=changed), team=team)


def _values(form: ChannelForm, channel: Channel | None, *, changed: bool) -> dict[str, object]:
    return {
        "form": form,
        "seen": channel.revision if channel else 0,
        "channel": channel,
        "changed": changed,
        "is_readable": channel is None or read_url(channel) is not None,
        "available": is_available(),
        "zone": g.promotion.timetable.zone,
    }


def _url_of(team: Team | None) -> str:
    return url_for("channels.team_channel", team=team.slug) if team else url_for("channels.manage")


def _get_team(slug: str) -> Team:
    """Return the team whose channel the member may set; abort with 404 or 403."""
    team = find_team(g.promotion.id, slug) or abort(404)
    if not may_set_channel(g.membership, team):
        abort(403)
    return team


def _get_channel(channel_id: int) -> Channel:
    channel = db.session.get(Channel, channel_id)
    if channel is None or channel.promotion_id != g.promotion.id:
        abort(404)
    may_set = may_set_channel(g.membership, channel.team) if channel.team else is_coordinator(g.membership)
    if not may_set:
        abort(403)
    return channel


@pages.app_template_test("channel_setter_of")
def may_set_channel(membership: Membership, team: Team) -> bool:
    """Return whether the member may set the channel of `team`."""
    own = membership.role == Role.EIG and membership.team_id == team.id
    return own or is_coordinator(membership)
