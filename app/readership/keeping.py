"""Keeping the figures: open months are counted once a night, complete ones frozen, the promotion with each of these.

Any number of processes may ask, at any time: what is done is seen under the lock of the promotion.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from app.database import db
from app.readership.counting import count_months, count_span
from app.readership.figures import RULE_VERSION, Issued
from app.readership.models import StoredCounts, StoredMonth, StoredSpan
from app.readership.months import counts_until, is_frozen, label_of
from app.readership.rows import issued_by_month
from app.readership.stored import find_span, stored_months
from app.readership.tally import Counts, to_plain
from app.teams.locking import lock_if_due
from app.teams.models import Promotion

Months = Mapping[date, tuple[Issued, ...]]


def keep_figures(promotion: Promotion, now: datetime) -> list[date]:
    """Count and store every month that has not been since last midnight and is not frozen; gives which."""
    due = lock_if_due(promotion.id, lambda: _due(promotion, now))
    if not due:
        return []
    _store_months(promotion, due, now)
    _store_span(promotion, due, now)
    db.session.commit()
    return sorted(due)


def _due(promotion: Promotion, now: datetime) -> Months:
    """The months whose stored counts, if any, are of an earlier day than they could be."""
    today, stored = promotion.today(now), stored_months(promotion.id)
    return {
        month: digests
        for month, digests in issued_by_month(promotion, now).items()
        if month not in stored or (not stored[month].frozen_at and stored[month].until < counts_until(month, today))
    }


def _store_months(promotion: Promotion, months: Months, now: datetime) -> None:
    today, stored = promotion.today(now), stored_months(promotion.id)
    for month, counts in count_months(promotion, months, today).items():
        row = stored.get(month) or StoredMonth(promotion_id=promotion.id, month=month)
        row.frozen_at = now if is_frozen(month, today) else None
        _fill(row, counts, now)
        db.session.add(row)


def _store_span(promotion: Promotion, months: Months, now: datetime) -> None:
    """Count the promotion anew when a month has just been frozen; never from marks that are erased."""
    today = promotion.today(now)
    row = find_span(promotion.id) or StoredSpan(promotion_id=promotion.id)
    if row.marks_erased_at or not any(is_frozen(month, today) for month in months):
        return
    complete = {m: digests for m, digests in issued_by_month(promotion, now).items() if is_frozen(m, today)}
    counts = count_span(promotion, complete, today)
    row.months = [label_of(month) for month in counts.months]
    _fill(row, counts, now)
    db.session.add(row)


def _fill(row: StoredCounts, counts: Counts, now: datetime) -> None:
    row.until, row.rule_version, row.computed_at = counts.until, RULE_VERSION, now
    row.eig, row.mentor = to_plain(counts.eig), to_plain(counts.mentor)
