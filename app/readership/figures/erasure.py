"""Before somebody's marks are erased, keep what the figures shown with them say of them: a number. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from app.database import db
from app.readership.figures.erased import ErasedCounts
from app.readership.figures.monthly import MemberMonth, eligible_members, is_measured
from app.readership.figures.periods import period_members
from app.readership.figures.queries import issued_by_month, month_rows
from app.readership.figures.store import erased_counts_of, find_stored_period, settled_months, stored_months
from app.readership.models import ErasedReading, StoredMonth
from app.teams.models import Membership


def keep_shown_figures(member: Membership, now: datetime) -> None:
    """Keep in every figure that was shown with the member, and will be again, what they had read by the last night.

    The caller has stored the figures that are due and holds the promotion's lock.
    """
    stored = stored_months(member.promotion_id)
    months = _own_months(member, now, stored)
    shown = {month: own for month, own in months.items() if own}
    for month, own in shown.items():
        if not stored[month].frozen_at:
            _keep(member, month, own.group, ErasedCounts().plus_month(own), whole=False)
    if shown:
        # before the promotion's first figures: these will be of the first month alone
        settled = settled_months(find_stored_period(member.promotion_id), months) or 1
        whole = period_members([{member.id: own} if own else {} for own in months.values()], settled)[member.id]
        _keep(member, min(shown), whole.group, ErasedCounts().plus_period(whole), whole=True)


def _own_months(
    member: Membership, now: datetime, stored: Mapping[date, StoredMonth]
) -> dict[date, MemberMonth | None]:
    """Return what the member did in each month whose figures were shown, earliest first; None where not counted."""
    promotion = member.promotion
    settled_on = {month: row.settled_on for month, row in stored.items() if row.frozen_at or row.settled_on}
    digests = {month: issued for month, issued in issued_by_month(promotion, now).items() if month in settled_on}
    rows = month_rows(promotion, digests, promotion.today(now), settled_on)
    return {month: eligible_members(rows[month]).get(member.id) for month in sorted(rows) if is_measured(rows[month])}


def _keep(member: Membership, month: date, group: str, counts: ErasedCounts, *, whole: bool) -> None:
    row = db.session.get(ErasedReading, (member.promotion_id, month, group, whole))
    if row is None:
        row = ErasedReading(promotion_id=member.promotion_id, month=month, group=group, whole=whole)
        db.session.add(row)
    else:
        counts = counts.plus(erased_counts_of(row))
    row.read, row.measurable = list(counts.read), counts.measurable
    row.answers, row.always = list(counts.answers), counts.always
    db.session.flush()
