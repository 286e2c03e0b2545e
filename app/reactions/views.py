"""The buttons under a bulletin by which a member reacts, and where pages show them."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Protocol

from flask import Blueprint, abort, g, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from app import clock
from app.bulletins.models import Bulletin
from app.database import db
from app.fragments import render_fragment
from app.i18n import lazy_gettext as _l
from app.reactions.queries import may_react_to, reactions_to, reactions_told
from app.reactions.rules import EMOJI, Reaction
from app.reactions.service import react, take_back
from app.routing import page_to_return_to
from app.teams.models import Team

WORDS = {Reaction.BRAVO: _l("Bravo"), Reaction.THANKS: _l("Thanks"), Reaction.ME_TOO: _l("Me too")}
NONE = "none"
PLACE = re.compile(r"<!-- reactions (\d+) -->")  # no text of a member holds a comment

pages = Blueprint("reactions", __name__)
pages.add_app_template_global(reactions_told)


class WithId(Protocol):
    """A bulletin, as one of the values that pages show."""

    @property
    def id(self) -> int: ...


@pages.post("/<slug:promotion_slug>/bulletins/<int:bulletin_id>/reaction")
def save(bulletin_id: int) -> Response:
    """Take the member's reaction, or take it back; lead back to where the button was."""
    query = select(Bulletin).join(Bulletin.team).where(Team.promotion_id == g.promotion.id)
    bulletin = db.session.scalar(query.where(Bulletin.id == bulletin_id, Bulletin.published_in.is_not(None)))
    if bulletin is None:
        abort(404)
    if not may_react_to(bulletin.team_id, g.membership, clock.now()):
        abort(403)
    asked = request.form.get("reaction", "")
    if asked == NONE:
        take_back(bulletin, g.membership)
    elif asked in set(Reaction):
        react(bulletin, g.membership, Reaction(asked))
    else:
        abort(400)
    page = page_to_return_to(url_for("archive.week", week=bulletin.week))
    return redirect(f"{page.partition('#')[0]}#reactions-{bulletin_id}", 303)


@pages.app_template_global()
def reactions_place(bulletin: WithId) -> Markup:
    """Return the mark, in the HTML of the bulletin, of where `with_reactions` puts what there is for it."""
    return Markup(f"<!-- reactions {bulletin.id} -->")  # noqa: S704 — a number


@pages.app_template_global()
def with_reactions(html: str) -> Markup:
    """Return `html`, which shows bulletins, with the reactions to each in its place.

    The HTML may be cached for all who read: what depends on who does comes here.
    """
    shown = reaction_bars([int(bulletin) for bulletin in PLACE.findall(html)])
    return Markup(PLACE.sub(lambda place: shown[int(place[1])], html))  # noqa: S704 — of templates


def reaction_bars(bulletins: Collection[int]) -> dict[int, Markup]:
    """Return the HTML of the reactions to `bulletins`, by id, for the signed-in member; none before the digest."""
    found = reactions_to(bulletins, g.membership, clock.now())
    words = tuple((reaction, EMOJI[reaction], str(word)) for reaction, word in WORDS.items())
    return {
        id_: render_fragment("reactions/_bar.html", reactions=found[id_], words=words, none=NONE)
        if id_ in found
        else Markup("")
        for id_ in bulletins
    }
