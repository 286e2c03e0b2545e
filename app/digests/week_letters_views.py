"""Letters that the coordination sends by hand: a test to oneself, a reminder to a team, a digest again to somebody."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.bulletins.hand_reminders import NothingToRemindError, remind_team
from app.digests.errors import AlreadyIssuedError
from app.digests.mailing_status import describe_trouble
from app.digests.models import Digest
from app.digests.sending_again import Obstacle, get_copy, members_to_choose, send_again
from app.digests.service import find_digest
from app.digests.trial_letters import send_trial
from app.forms import as_revision
from app.i18n import gettext as _
from app.i18n import person_name
from app.letters.states import Reason, State
from app.routing import page_to_return_to
from app.teams.models import Membership
from app.teams.queries import find_team
from app.weeks import Week

pages = Blueprint("week_letters", __name__)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/test-letter")
@access(Access.COORDINATOR)
def send_test(week: Week) -> Response:
    """Send the digest in its current state, marked as a test, to the member who asks for it."""
    try:
        sent = send_trial(g.membership, week, as_revision(request.form.get("seen")), clock.now())
    except AlreadyIssuedError:
        flash(_("This week’s digest has already been issued."))
        return _back(week)
    email = current_user.email
    told = _("A test is on its way to %(email)s.", email=email) if sent else _("The test was already on its way.")
    return _answer(week, "step-digest", told)


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/remind/<slug:team>")
@access(Access.COORDINATOR)
def remind(week: Week, team: str) -> Response:
    """Write to the EIGs of a team that has not written."""
    row = find_team(g.promotion.id, team) or abort(404)
    try:
        made = remind_team(g.promotion, row, week, as_revision(request.form.get("seen")), current_user.id, clock.now())
    except NothingToRemindError as error:
        flash(str(error.advice))
        return _back(week)
    told = _("%(team)s had just been reminded: no second email leaves.", team=row.name)
    if made:
        told = _("%(team)s is being reminded: its EIGs who receive reminders get an email.", team=row.name)
    return _answer(week, f"writer-{row.slug}", told)


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/letters/again")
@access(Access.COORDINATOR)
def choose_person(week: Week) -> str:
    """Show to whom the digest may be sent again, or what somebody got of it."""
    digest = _digest_or_404(week)
    chosen = request.args.get("member")
    if chosen:
        return _copy_page(digest, _member_or_404(digest, chosen))
    return render_template("digests/again_choose.html", digest=digest, members=members_to_choose(digest, clock.now()))


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/letters/again")
@access(Access.COORDINATOR)
def send_digest_again(week: Week) -> Response:
    """Send the digest to one person once more."""
    digest = _digest_or_404(week)
    member = _member_or_404(digest, request.form.get("member", ""))
    seen, name = as_revision(request.form.get("seen")), person_name(member.person)
    if send_again(digest, member, seen, current_user.id, clock.now()):
        flash(_("The digest is on its way to %(name)s again.", name=name))
    else:
        flash(_("No second email leaves: the digest was already on its way to %(name)s.", name=name))
    return redirect(url_for("week_letters.choose_person", week=week, member=member.id), 303)


def _copy_page(digest: Digest, member: Membership) -> str:
    copy = get_copy(digest, member)
    letter = copy.letter
    troubled = letter is not None and letter.state in {State.FAILED, State.UNKNOWN, State.DEFERRED}
    shown = troubled and letter is not None and letter.reason is not Reason.UNSUBSCRIBED
    return render_template(
        "digests/again.html",
        digest=digest,
        copy=copy,
        trouble=describe_trouble(letter) if shown and letter else "",
        Obstacle=Obstacle,
        zone=g.promotion.timetable.zone,
    )


def _member_or_404(digest: Digest, typed: str) -> Membership:
    members = members_to_choose(digest, clock.now())
    return next((member for member in members if str(member.id) == typed), None) or abort(404)


def _digest_or_404(week: Week) -> Digest:
    digest = find_digest(g.promotion.id, week)
    if digest is None or digest.empty:
        abort(404)
    return digest


def _answer(week: Week, place: str, told: str) -> Response:
    """Return to the page that the button was on, else to that of the week, and say `told` in a place of it."""
    flash(told, f"at-{place}")
    return redirect(f"{_page_of(week)}#{place}", 303)


def _back(week: Week) -> Response:
    return redirect(_page_of(week), 303)


def _page_of(week: Week) -> str:
    return page_to_return_to(url_for("digests.manage_week", week=week))
