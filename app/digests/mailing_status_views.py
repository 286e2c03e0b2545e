"""The page of a digest's letters: their status, what failed and why, and the coordination's actions on them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.audit.actions import AuditAction
from app.audit.in_request import note_action
from app.digests.letters import reference
from app.digests.mailing_status import (
    ACTION_LABELS,
    DECISION_LABELS,
    EXCLUSION_LABELS,
    describe_bounce,
    describe_result,
    describe_trouble,
    get_mailing,
    relay_answer,
    retry,
    summarize_counts,
)
from app.digests.models import Digest, Exclusion
from app.digests.service import find_digest
from app.i18n import gettext as _
from app.job_ticks.service import current_job_trouble
from app.letters.admin_actions import pause_mailing, resume_mailing, send_unknown_again, take_unknown_as_sent
from app.letters.mailing_status import count_letters, find_mailing_status
from app.letters.relay_status import find_trouble
from app.letters.restoration import find_restoration
from app.letters.states import AdminAction, State
from app.small_numbers import is_small
from app.weeks import Week

pages = Blueprint("mailing_status", __name__)

NOTED_AS = {
    AdminAction.PAUSE: AuditAction.MAILING_PAUSED,
    AdminAction.RESUME: AuditAction.MAILING_RESUMED,
    AdminAction.RETRY: AuditAction.MAILING_RETRIED,
    AdminAction.SEND_AGAIN: AuditAction.UNKNOWN_SENT_AGAIN,
    AdminAction.TAKE_AS_SENT: AuditAction.UNKNOWN_TAKEN_AS_SENT,
}
ACTIONS = {action.value.replace("_", "-"): action for action in ACTION_LABELS}


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/letters")
@access(Access.COORDINATOR)
def show(week: Week) -> str:
    """Show the letters of the week's digest."""
    digest = _digest_or_404(week)
    mailing = get_mailing(digest)
    return render_template(
        "digests/mailing_status.html",
        digest=digest,
        mailing=mailing,
        status=mailing.status,
        summarize_counts=summarize_counts,
        describe_trouble=describe_trouble,
        describe_bounce=describe_bounce,
        relay_answer=relay_answer,
        is_small=is_small,
        ACTION_LABELS=DECISION_LABELS,
        EXCLUSION_LABELS=EXCLUSION_LABELS,
        relay_trouble=find_trouble(),
        job_trouble=current_job_trouble(clock.now()),
        restoration=find_restoration(),
        Action=AdminAction,
        Exclusion=Exclusion,
        State=State,
        zone=g.promotion.timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/letters/<slug:action>")
@access(Access.COORDINATOR)
def act(week: Week, action: str) -> Response:
    """Pause, resume, retry, send again, take as sent; an action that is of no use any more changes nothing."""
    digest, chosen = _digest_or_404(week), ACTIONS.get(action) or abort(404)
    status = find_mailing_status(reference(digest))
    if status and status.may(chosen):
        note_action(NOTED_AS[chosen], subject=str(week))
        flash(describe_result(chosen, _act(chosen, digest)))
    else:
        flash(_("Nothing was changed: the state of these emails had changed in the meantime."))
    return redirect(url_for("mailing_status.show", week=week))


def _act(action: AdminAction, digest: Digest) -> int:
    """Do it and return how many letters it is about."""
    mailing, person_id, now = reference(digest), current_user.id, clock.now()
    match action:
        case AdminAction.PAUSE:
            pause_mailing(mailing, person_id, now)
            return count_letters(mailing).waiting
        case AdminAction.RESUME:
            resume_mailing(mailing, person_id, now)
            return count_letters(mailing).waiting
        case AdminAction.RETRY:
            return retry(digest, person_id, now)
        case AdminAction.SEND_AGAIN:
            return send_unknown_again(mailing, person_id, now)
        case _:
            return take_unknown_as_sent(mailing, person_id, now)


def _digest_or_404(week: Week) -> Digest:
    return find_digest(g.promotion.id, week) or abort(404)
