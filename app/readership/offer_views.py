"""« Je peux aider (et j'ai lu) », from the page of a digest."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, abort, flash, g, url_for
from werkzeug.wrappers import Response

from app import clock
from app.digests.models import Digest
from app.digests.service import find_digest
from app.help_requests.models import HelpRequest
from app.help_requests.views import answer_offer, show_offer
from app.i18n import gettext as _
from app.readership.offering import offer_from_digest
from app.readership.service import has_read
from app.weeks import Week

pages = Blueprint("digest_offers", __name__)


@pages.get("/<slug:promotion_slug>/digests/<week:week>/help/<int:call>/offer")
def form(week: Week, call: int) -> str | tuple[str, int]:
    """The form on a page of its own; opening it records nothing."""
    digest = find_digest(g.promotion.id, week) or abort(404)
    return show_offer(
        call, back=url_for("readership.digest", week=week), reads=not has_read(g.membership.id, digest.id)
    )


@pages.post("/<slug:promotion_slug>/digests/<week:week>/help/<int:call>/offer")
def offer(week: Week, call: int) -> Response | tuple[str, int]:
    """Write to the team that calls, and mark the digest as read; for members who have signed in."""
    digest = find_digest(g.promotion.id, week) or abort(404)
    reads = not has_read(g.membership.id, digest.id)
    back = url_for("readership.digest", week=week)
    return answer_offer(call, partial(_offer, digest), back=back, reads=reads)


def _offer(digest: Digest, call: HelpRequest, words: str) -> None:
    offer_from_digest(digest, g.membership, call, words, clock.now())
    flash(_("Thank you! Your offer goes to %(team)s by mail, and this digest counts as read.", team=call.team.name))
