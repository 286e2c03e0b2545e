"""The true counts of months and of a promotion, made anew from the rows. Never to be shown as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from app.readership.figures import Group, Issued, MemberMonth, eligible_members, is_measured, tally_month
from app.readership.months import counts_until
from app.readership.rows import month_rows
from app.readership.spans import SpanMember, span_members, tally_span
from app.readership.tally import GroupCounts, ReadingCounts
from app.teams.models import Promotion

Member = TypeVar("Member", MemberMonth, SpanMember)


def count_months(
    promotion: Promotion, months: Mapping[date, tuple[Issued, ...]], today: date
) -> dict[date, ReadingCounts]:
    """The counts of each of `months`, given with their digests; `today` in the promotion's zone."""
    if not months:
        return {}
    rows = month_rows(promotion, months, today)
    return {
        month: _counts((month,), rows[month].until, eligible_members(rows[month]).values(), tally_month)
        for month in rows
    }


def count_span(promotion: Promotion, complete: Mapping[date, tuple[Issued, ...]], today: date) -> ReadingCounts:
    """The counts of all `complete` months together, of which there is at least one.

    A month in which no mark could count is left out, as long as there are others.
    """
    rows = month_rows(promotion, complete, today)
    months = sorted(month for month in complete if is_measured(rows[month])) or sorted(complete)
    members = span_members([eligible_members(rows[month]) for month in months])
    return _counts(tuple(months), counts_until(max(complete), today), members, tally_span)


def _counts(
    months: tuple[date, ...], until: date, members: Iterable[Member], tally: Callable[[Iterable[Member]], GroupCounts]
) -> ReadingCounts:
    members = list(members)
    eig, mentor = (tally(m for m in members if m.group is group) for group in (Group.EIG, Group.MENTOR))
    return ReadingCounts(months=months, until=until, eig=eig, mentor=mentor)
