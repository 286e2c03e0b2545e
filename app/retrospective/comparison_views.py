"""Side by side: the same figures at two milestones, of one promotion or of two."""

from __future__ import annotations

from flask import Blueprint, abort, g, render_template, request

from app import clock
from app.access import current_memberships
from app.records.words import milestone_name
from app.retrospective.comparison_article import compared_parts, not_compared
from app.retrospective.comparison_queries import ReadableMilestone, compare_readable, readable_milestones
from app.retrospective.report_pages import reader_locale

pages = Blueprint("comparison", __name__)


@pages.get("/<slug:promotion_slug>/retrospective/compare")
def compare() -> str:
    """Compare the milestones `from` and `to`: `end`, or `promotion-2/end` of another promotion.

    Without them, the latest at which something is told.
    """
    readable = readable_milestones(g.membership, current_memberships())
    before, after = _asked(readable)
    comparison = compare_readable(before, after, clock.now()) if before and after else None
    locale = reader_locale()
    return render_template(
        "retrospective/compare.html",
        choices=[(_key(each), _name(each)) for each in readable],
        own=[(_key(each), _name(each)) for each in readable if each.is_of(g.promotion)],
        before=before and (_key(before), _name(before, beside=after)),
        after=after and (_key(after), _name(after)),
        common=comparison and comparison.common,
        parts=compared_parts(comparison, locale) if comparison else [],
        refused=not_compared(comparison, locale) if comparison else [],
    )


def _asked(readable: list[ReadableMilestone]) -> tuple[ReadableMilestone | None, ReadableMilestone | None]:
    """Return the two that are asked for; 404 for one that its reader may not read."""
    before, after = request.args.get("from"), request.args.get("to")
    by_key = {_key(each): each for each in readable}
    if before or after:
        found = [by_key.get(key or "") for key in (before, after)]
        if None in found or not (found[0] and found[0].is_of(g.promotion)):
            abort(404)
        return found[0], found[1]
    own, others = _those_to_propose(readable)
    if len(own) > 1:
        return own[1], own[0]
    same = [each for each in others if own and each.milestone.key == own[0].milestone.key]
    return (own[0], (same or others)[0]) if own and others else (own[0] if own else None, None)


def _those_to_propose(readable: list[ReadableMilestone]) -> tuple[list[ReadableMilestone], list[ReadableMilestone]]:
    """Return the milestones of this promotion and of others; none at which nothing is told where others would do."""
    told = [each for each in readable if each.is_told()]
    proposed = told if len(told) > 1 and any(each.is_of(g.promotion) for each in told) else readable
    own = [each for each in proposed if each.is_of(g.promotion)]
    return own, [each for each in proposed if not each.is_of(g.promotion)]


def _key(readable: ReadableMilestone) -> str:
    """Return how the milestone is named in the URL of a page of this promotion."""
    key = readable.milestone.key
    return key if readable.is_of(g.promotion) else f"{readable.promotion.slug}/{key}"


def _name(readable: ReadableMilestone, beside: ReadableMilestone | None = None) -> str:
    """Name the milestone, with its promotion where that is another, or where it stands `beside` one of another."""
    name = milestone_name(readable.milestone.key)
    alone = readable.is_of(g.promotion) and (beside is None or beside.is_of(g.promotion))
    return name if alone else f"{readable.promotion.name}, {name}"
