"""Count the figures and store them: open months once a night, final ones for good, the promotion with each of them.

Any number of processes may ask, at any time: each looks again under the lock of the promotion.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, select

from app.database import db
from app.readership.figures.erased import ErasedCounts, restore_month, restore_period
from app.readership.figures.monthly import (
    RULE_VERSION,
    DigestsByMonth,
    Group,
    GroupCounts,
    MonthRows,
    PeriodCounts,
    digests_by,
    eligible_members,
    first_shown_on,
    is_measured,
    month_counts,
)
from app.readership.figures.months import GRACE, counts_until, is_final, last_day_of, month_label, parse_month
from app.readership.figures.periods import period_counts, period_members
from app.readership.figures.queries import issued_by_month, month_rows
from app.readership.models import CountsJson, ErasedReading, StoredCounts, StoredMonth, StoredPeriod
from app.teams.locking import lock_if_due
from app.teams.models import Promotion

GROUPS = (Group.EIG, Group.MENTOR)


def count_months(
    promotion: Promotion, months: DigestsByMonth, today: date, stored: Mapping[date, StoredMonth]
) -> dict[date, PeriodCounts]:
    """Return the counts of each of `months`, given with their digests; `today` in the promotion's zone.

    `stored`: the rows of the months that have some, which hold the day as of which figures were first shown.
    """
    if not months:
        return {}
    rows = month_rows(promotion, months, today, _settled_on(stored))
    erased = _erased_reading(promotion.id)
    return {month: _count_month(month, rows[month], erased) for month in rows}


def count_period(
    promotion: Promotion, complete: DigestsByMonth, today: date, stored: Mapping[date, StoredMonth]
) -> PeriodCounts:
    """Return the counts of all `complete` months together, of which there is at least one.

    A month in which no mark could count is left out, as long as there are others.
    """
    rows = month_rows(promotion, complete, today, _settled_on(stored))
    months = sorted(month for month in complete if is_measured(rows[month])) or sorted(complete)
    settled = settled_months(find_stored_period(promotion.id), months)
    members = period_members([eligible_members(rows[month]) for month in months], settled).values()
    groups = {group: period_counts(member for member in members if member.group is group) for group in GROUPS}
    for row in _erased_reading(promotion.id):
        if row.whole and row.month in months:
            group = Group(row.group)
            groups[group] = restore_period(groups[group], erased_counts_of(row))
    return PeriodCounts(tuple(months), counts_until(max(complete), today), groups[Group.EIG], groups[Group.MENTOR])


def settled_months(row: StoredPeriod | None, months: Iterable[date]) -> int | None:
    """Return how many of `months`, earliest first, were in the figures of the promotion when these were first shown."""
    if row is None or row.settled_on is None:
        return None
    return sum(last_day_of(month) + GRACE <= row.settled_on for month in months)


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


def erased_counts_of(row: ErasedReading) -> ErasedCounts:
    """Return the counts that `row` holds."""
    return ErasedCounts(tuple(row.read), row.measurable, tuple(row.answers), row.always)


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
    for month, counts in count_months(promotion, months, today, stored).items():
        row = stored.get(month) or StoredMonth(promotion_id=promotion.id, month=month)
        if is_final(month, today):
            row.frozen_at = now
            db.session.execute(delete(ErasedReading).where(_erased_in(promotion.id, month)))
        else:
            row.settled_on = row.settled_on or first_shown_on(months[month], counts.until)
        _write_counts(row, counts, now)
        db.session.add(row)


def _store_period(promotion: Promotion, months: DigestsByMonth, now: datetime) -> None:
    """Count the whole promotion again when a month has just become final; never from marks that are erased."""
    today = promotion.today(now)
    row = find_stored_period(promotion.id) or StoredPeriod(promotion_id=promotion.id)
    if row.marks_erased_at or not any(is_final(month, today) for month in months):
        return
    complete = {m: digests for m, digests in issued_by_month(promotion, now).items() if is_final(m, today)}
    counts = count_period(promotion, complete, today, stored_months(promotion.id))
    row.months = [month_label(month) for month in counts.months]
    row.settled_on = row.settled_on or counts.until
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


def _count_month(month: date, rows: MonthRows, erased: Iterable[ErasedReading]) -> PeriodCounts:
    members = eligible_members(rows).values()
    groups = {group: month_counts(member for member in members if member.group is group) for group in GROUPS}
    for row in erased:
        if not row.whole and row.month == month:
            group, digests = Group(row.group), len(digests_by(rows.digests, rows.until))
            groups[group] = restore_month(groups[group], erased_counts_of(row), digests)
    return PeriodCounts((month,), rows.until, groups[Group.EIG], groups[Group.MENTOR])


def _settled_on(stored: Mapping[date, StoredMonth]) -> dict[date, date | None]:
    return {month: row.settled_on for month, row in stored.items()}


def _erased_reading(promotion_id: int) -> list[ErasedReading]:
    return list(db.session.scalars(select(ErasedReading).where(ErasedReading.promotion_id == promotion_id)))


def _erased_in(promotion_id: int, month: date) -> ColumnElement[bool]:
    return and_(ErasedReading.promotion_id == promotion_id, ErasedReading.month == month, ~ErasedReading.whole)
