"""The search page. A GET like any other: what somebody looks for is recorded nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, g, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select

from app import clock
from app.access import Access, access, current_memberships
from app.bulletins.mood_words import mood_words
from app.database import db
from app.rate_limits.in_memory import count_reading
from app.search.asked import Asked, read_asked
from app.search.entries import EntryKind
from app.search.finding import MOST_COUNTED, PAGE, find
from app.search.index import is_complete
from app.search.result_places import places_of
from app.search.results import Found, read_found
from app.search.search_terms import Piece, SearchTerms, excerpt, has_found, mark_found, read_terms
from app.search.similar import find_similar
from app.search.visibility import scope_of
from app.teams.models import Membership, Promotion, Team

SIMILAR_LIMIT = "30 per minute"  # for one person, in one process: a pause in typing each other second
LONGEST_TEXT = 1000  # characters
FIELDS = ("q", "in", "team", "from", "to", "help")

pages = Blueprint("search", __name__)


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of what was found; `count` is of all, None on a page that is not the first."""

    found: list[Found]
    count: int | None
    next_before: int | None


@pages.get("/<slug:promotion_slug>/search")
def search() -> str:
    """Show what fits the words and filters of the URL among all that the member may read; without any, the form."""
    memberships = current_memberships()
    teams = _teams_by_promotion(memberships)
    asked = read_asked(
        request.args,
        {member.promotion.slug: member.promotion_id for member in memberships},
        {team.id for _promotion, rows in teams for team in rows},
    )
    terms = read_terms(asked.text)
    page = _find_page(asked, terms, memberships) if terms or asked.has_filters else None
    return render_template(
        "search/search.html",
        asked=asked,
        terms=terms,
        page=page,
        memberships=memberships,
        teams=teams,
        is_complete=is_complete(),
        most_counted=MOST_COUNTED,
        next_url=_page_url(page.next_before) if page and page.next_before else None,
        first_url=_page_url(None) if asked.filters.before else None,
        places=places_of(page.found) if page else [],
        excerpts=lambda found: _excerpts(found, terms),
        mark_found=mark_found,
        url_of=_url_of,
        moods=mood_words(),
        EntryKind=EntryKind,
    )


@pages.get("/<slug:promotion_slug>/search/similar")
@access(Access.WRITER)
def similar() -> str:
    """Return who has met what is being typed, `text` in the URL: a part of the page of the form, for similar.js."""
    if not count_reading(SIMILAR_LIMIT, f"similar:{current_user.id}"):
        abort(429)
    now = clock.now()
    scopes = [scope_of(member, now) for member in current_memberships()]
    found, terms = find_similar(request.args.get("text", "")[:LONGEST_TEXT], scopes, g.membership.team_id)
    return render_template(
        "search/similar.html",
        found=found,
        terms=terms,
        excerpts=lambda one: _excerpts(one, terms),
        mark_found=mark_found,
        url_of=_url_of,
    )


def _teams_by_promotion(memberships: Sequence[Membership]) -> list[tuple[Promotion, list[Team]]]:
    """Read the teams of the promotions of `memberships`, by name within each, by one query."""
    query = select(Team).where(Team.promotion_id.in_([member.promotion_id for member in memberships]))
    teams: dict[int, list[Team]] = defaultdict(list)
    for team in db.session.scalars(query.order_by(Team.key)):
        teams[team.promotion_id].append(team)
    return [(member.promotion, teams[member.promotion_id]) for member in memberships]


def _find_page(asked: Asked, terms: SearchTerms, memberships: list[Membership]) -> ResultPage:
    now = clock.now()
    scopes = [scope_of(member, now) for member in memberships if asked.promotion in {None, member.promotion_id}]
    is_first = asked.filters.before is None
    keys = find(terms, asked.filters, scopes, MOST_COUNTED + 1 if is_first else PAGE + 1)
    shown = keys[:PAGE]
    return ResultPage(
        found=read_found(shown),
        count=len(keys) if is_first else None,
        next_before=shown[-1].id if len(keys) > PAGE else None,
    )


def _page_url(before: int | None) -> str:
    kept: dict[str, Any] = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    return url_for("search.search", **kept, before=before)


def _excerpts(found: Found, terms: SearchTerms) -> list[tuple[str, list[Piece]]]:
    """Return by field what `found` says around the words asked for; its first field where it has none of them."""
    fitting = {name: text for name, text in found.texts.items() if has_found(text, terms)}
    shown = fitting or dict(list(found.texts.items())[:1])
    return [(name, excerpt(text, terms)) for name, text in shown.items()]


def _url_of(found: Found) -> str:
    """Return the URL at which a result can be read."""
    slug = found.promotion.slug
    if found.team is None:
        page = "readership.digest" if found.issued else "digests.manage_week"
        return url_for(page, promotion_slug=slug, week=found.week)
    if found.week is None:
        return url_for("plans.show", promotion_slug=slug, team=found.team.slug)
    if not found.promotion.has_week(found.week):
        return url_for("archive.team", promotion_slug=slug, team=found.team.slug)
    return url_for("archive.week", promotion_slug=slug, week=found.week, _anchor=found.team.slug)
