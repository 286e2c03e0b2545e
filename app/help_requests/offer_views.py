"""« Je peux aider », from the page of the calls."""

from __future__ import annotations

from flask import Blueprint, flash, g, url_for
from werkzeug.wrappers import Response

from app import clock
from app.help_requests.models import HelpRequest
from app.help_requests.offer_page import answer_offer
from app.help_requests.offers import offer_help
from app.i18n import gettext as _

pages = Blueprint("offers", __name__)


@pages.post("/<slug:promotion_slug>/help/<int:call>/offer")
def offer(call: int) -> Response | tuple[str, int]:
    """Write to the team that calls."""
    return answer_offer(call, _offer, back=url_for("help_requests.calls"))


def _offer(call: HelpRequest, words: str) -> None:
    offer_help(call, g.membership, words, clock.now())
    flash(_("Thank you! Your offer goes to %(team)s by mail; they answer to your address.", team=call.team.name))
