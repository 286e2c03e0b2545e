"""Count the figures and store them: open months once a night, final ones for good, the promotion with each of them.

Any number of processes may ask, at any time: what is done is looked at again under the lock of the promotion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select

from app.database import db
from app.readership.figures.monthly import (
    RULE_VERSION,
    DigestsByMonth,
    Group,
    GroupCounts,
    MemberMonth,
    PeriodCounts,
    eligible_members,
    is_measured,
    month_counts,
)
from app.readership.figures.months import counts_until, is_final, month_label, parse_month
from app.readership.figures.periods import PeriodMember, period_counts, period_members
from app.readership.figures.queries import issued_by_month, month_rows
from app.readership.models import CountsJson, StoredCounts, StoredMonth, StoredPeriod
from app.teams.locking import lock_if_due
from app.teams.models import Promotion

Member = TypeVar("Member", MemberMonth, PeriodMember)


def count_months(promotion: Promotion, months: DigestsByMonth, today: date) -> dict[date, PeriodCounts]:
    """Return the counts of each of `months`, given with their digests; `today` in the promotion's zone."""
    if not months:
        return {}
    rows = month_rows(promotion, months, today)
    return {
        month: _count_groups((month,), rows[month].until, eligible_members(rows[month]).values(), month_counts)
        for month in rows
    }


def count_period(promotion: Promotion, complete: DigestsByMonth, today: date) -> PeriodCounts:
    """Return the counts of all `complete` months together, of which there is at least one.

    A month in which no mark could count is left out, as long as there are others.
    """
    rows = month_rows(promotion, complete, today)
    months = sorted(month for month in complete if is_measured(rows[month])) or sorted(complete)
    members = period_members([eligible_members(rows[month]) for month in months])
    return _count_groups(tuple(months), counts_until(max(complete), today), members, period_counts)


def stored_months(promotion_id: int) -> dict[date, StoredMonth]:
    """Return the rows of a promotion's months, by month."""
    rows = db.session.scalars(select(StoredMonth).where(StoredMonth.promotion_id == promotion_id))
    return {row.month: row for row in rows}


def find_stored_period(promotion_id: int) -> StoredPeriod | None:
    """Return the row of a promotion's complete months together."""
    return db.session.get(StoredPeriod, promotion_id)


def counts_of_stored_month(row: StoredMonth) -> PeriodCounts:
    """Return the counts that `row` holds."""
    return _read_counts(row, (row.month,))


def counts_of_stored_period(row: StoredPeriod) -> PeriodCounts:
    """Return the counts that `row` holds."""
    return _read_counts(row, tuple(map(parse_month, row.months)))


def store_due_figures(promotion: Promotion, now: datetime) -> list[date]:
    """Count and store every month that has not been since last midnight and is not final; return these months."""
    due = lock_if_due(promotion.id, lambda: _due(promotion, now))
    if not due:
        return []
    _store_months(promotion, due, now)
    _store_period(promotion, due, now)
    db.session.commit()
    return sorted(due)


def _due(promotion: Promotion, now: datetime) -> DigestsByMonth:
    """Return the months whose stored counts, if any, are of an earlier day than they could be."""
    today, stored = promotion.today(now), stored_months(promotion.id)
    return {
        month: digests
        for month, digests in issued_by_month(promotion, now).items()
        if month not in stored or (not stored[month].frozen_at and stored[month].until < counts_until(month, today))
    }


def _store_months(promotion: Promotion, months: DigestsByMonth, now: datetime) -> None:
    today, stored = promotion.today(now), stored_months(promotion.id)
    for month, counts in count_months(promotion, months, today).items():
        row = stored.get(month) or StoredMonth(promotion_id=promotion.id, month=month)
        row.frozen_at = now if is_final(month, today) else None
        _write_counts(row, counts, now)
        db.session.add(row)


def _store_period(promotion: Promotion, months: DigestsByMonth, now: datetime) -> None:
    """Count the whole promotion again when a month has just become final; never from marks that are erased."""
    today = promotion.today(now)
    row = find_stored_period(promotion.id) or StoredPeriod(promotion_id=promotion.id)
    if row.marks_erased_at or not any(is_final(month, today) for month in months):
        return
    complete = {m: digests for m, digests in issued_by_month(promotion, now).items() if is_final(m, today)}
    counts = count_period(promotion, complete, today)
    row.months = [month_label(month) for month in counts.months]
    _write_counts(row, counts, now)
    db.session.add(row)


def _write_counts(row: StoredCounts, counts: PeriodCounts, now: datetime) -> None:
    row.until, row.rule_version, row.computed_at = counts.until, RULE_VERSION, now
    row.eig, row.mentor = _to_json(counts.eig), _to_json(counts.mentor)


def _read_counts(row: StoredCounts, months: tuple[date, ...]) -> PeriodCounts:
    eig, mentor = _from_json(row.eig), _from_json(row.mentor)
    return PeriodCounts(months=months, until=row.until, eig=eig, mentor=mentor)


def _to_json(counts: GroupCounts) -> CountsJson:
    return {
        "classes": list(counts.classes),
        "measurable": counts.measurable,
        "answers": list(counts.answers),
        "absent": sorted(counts.absent),
        "always": counts.always,
    }


def _from_json(stored: CountsJson) -> GroupCounts:
    return GroupCounts(
        classes=tuple(stored["classes"]),
        measurable=stored["measurable"],
        answers=tuple(stored["answers"]),
        absent=frozenset(stored["absent"]),
        always=stored["always"],
    )


def _count_groups(
    months: tuple[date, ...], until: date, members: Iterable[Member], count: Callable[[Iterable[Member]], GroupCounts]
) -> PeriodCounts:
    members = list(members)
    eig, mentor = (count(m for m in members if m.group is group) for group in (Group.EIG, Group.MENTOR))
    return PeriodCounts(months=months, until=until, eig=eig, mentor=mentor)
