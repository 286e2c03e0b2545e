"""The letters of a digest: how they stand, what failed and why, and what the coordination decides about them."""

from __future__ import annotations

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock
from app.access import Access, access
from app.digests import edition_words
from app.digests.edition import letters_of, retry
from app.digests.letters import reference
from app.digests.models import Digest, Exclusion
from app.digests.service import find_digest
from app.i18n import gettext as _
from app.letters.admin_actions import pause_mailing, resume_mailing, send_unknown_again, take_unknown_as_sent
from app.letters.mailing_status import count_letters, find_mailing_status
from app.letters.relay_status import find_trouble
from app.letters.states import AdminAction, State
from app.weeks import Week

pages = Blueprint("editions", __name__)

ACTS = {act.value.replace("_", "-"): act for act in AdminAction if act is not AdminAction.LIFT}


@pages.get("/<slug:promotion_slug>/manage/weeks/<week:week>/letters")
@access(Access.COORDINATOR)
def edition(week: Week) -> str:
    """The letters of the week's digest."""
    digest = _digest(week)
    return render_template(
        "digests/edition.html",
        digest=digest,
        letters=letters_of(digest),
        words=edition_words,
        relay_trouble=find_trouble(),
        Act=AdminAction,
        Exclusion=Exclusion,
        State=State,
        zone=g.promotion.timetable.zone,
    )


@pages.post("/<slug:promotion_slug>/manage/weeks/<week:week>/letters/<slug:act>")
@access(Access.COORDINATOR)
def decide(week: Week, act: str) -> Response:
    """Pause, resume, retry, send again, take as sent; an act that is of no use any more changes nothing."""
    digest, chosen = _digest(week), ACTS.get(act) or abort(404)
    found = find_mailing_status(reference(digest))
    if found and found.may(chosen):
        flash(edition_words.done(chosen, _do(chosen, digest)))
    else:
        flash(_("Nothing was changed: the letters have moved on in the meantime."))
    return redirect(url_for("editions.edition", week=week))


def _do(act: AdminAction, digest: Digest) -> int:
    """Do it; how many letters it is about."""
    filed, who, now = reference(digest), current_user.id, clock.now()
    match act:
        case AdminAction.PAUSE:
            pause_mailing(filed, who, now)
            return count_letters(filed).waiting
        case AdminAction.RESUME:
            resume_mailing(filed, who, now)
            return count_letters(filed).waiting
        case AdminAction.RETRY:
            return retry(digest, who, now)
        case AdminAction.SEND_AGAIN:
            return send_unknown_again(filed, who, now)
        case _:
            return take_unknown_as_sent(filed, who, now)


def _digest(week: Week) -> Digest:
    return find_digest(g.promotion.id, week) or abort(404)
