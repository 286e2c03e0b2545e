"""The figures of reading, as published: of a month, of every month, of a promotion. Reads only; commits nothing.

They are made of the stored counts (`store.py`), or counted from the rows where these are not there yet.
All that leaves this module may be shown to anybody."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from app.errors import DomainError
from app.readership.figures.disclosure import publish
from app.readership.figures.monthly import DigestsByMonth, Frequency, PeriodCounts
from app.readership.figures.months import GRACE, counts_until, is_final, last_day_of, month_label
from app.readership.figures.published import PublishedFigures
from app.readership.figures.queries import issued_by_month
from app.readership.figures.store import (
    count_months,
    count_period,
    counts_of_stored_month,
    counts_of_stored_period,
    find_stored_period,
    stored_months,
)
from app.readership.models import StoredMonth
from app.readership.survey import Habit
from app.teams.models import Promotion


class Absence(StrEnum):
    """Why there are no figures."""

    FUTURE = "future"
    BEFORE = "before"
    AFTER = "after"
    NO_DIGEST = "no_digest"
    NO_COMPLETE_MONTH = "no_complete_month"


class NoFiguresError(DomainError):
    """There is nothing to compute: `absence` says why, the message says it in words."""

    status = 404

    def __init__(self, absence: Absence, message: str) -> None:
        self.absence = absence
        super().__init__(message)


def month_figures(promotion: Promotion, month: date, now: datetime) -> PublishedFigures:
    """Return the figures of one month. Raises NoFiguresError for a month without a digest, such as a future one."""
    digests = issued_by_month(promotion, now).get(month)
    if digests is None:
        raise _no_month(promotion, month, promotion.today(now))
    return _by_month(promotion, {month: digests}, now)[0]


def figures_by_month(promotion: Promotion, now: datetime) -> list[PublishedFigures]:
    """Return the figures of every month that has some, earliest first; an empty list before the first digest."""
    return _by_month(promotion, issued_by_month(promotion, now), now)


def promotion_figures(promotion: Promotion, now: datetime) -> PublishedFigures:
    """Return the figures of all complete months together. Raises NoFiguresError when no month is complete."""
    today = promotion.today(now)
    issued = issued_by_month(promotion, now)
    complete = {month: digests for month, digests in issued.items() if is_final(month, today)}
    if not complete:
        raise _no_complete_month(promotion, sorted(issued))
    counts = _stored_period(promotion, counts_until(max(complete), today))
    counts = counts or count_period(promotion, complete, today, stored_months(promotion.id))
    frozen = is_final(max(promotion.ends_on.replace(day=1), *complete), today)
    return _published(promotion, None, counts, Habit, frozen=frozen)


def _by_month(promotion: Promotion, months: DigestsByMonth, now: datetime) -> list[PublishedFigures]:
    today = promotion.today(now)
    stored = stored_months(promotion.id)
    counts = _of_the_day(stored, months, today)
    missing = {month: digests for month, digests in months.items() if month not in counts}
    counts |= count_months(promotion, missing, today, stored)
    return [
        _published(promotion, month, counts[month], Frequency, frozen=is_final(month, today))
        for month in sorted(counts)
    ]


def _of_the_day(stored: Mapping[date, StoredMonth], months: Collection[date], today: date) -> dict[date, PeriodCounts]:
    """Return the stored counts of those of `months` whose counts are of the day that they should be of."""
    return {
        month: counts_of_stored_month(stored[month])
        for month in months
        if month in stored and stored[month].until == counts_until(month, today)
    }


def _stored_period(promotion: Promotion, until: date) -> PeriodCounts | None:
    """Return the stored counts of the promotion; None when a month has become complete since that can be counted."""
    row = find_stored_period(promotion.id)
    return counts_of_stored_period(row) if row and (row.until == until or row.marks_erased_at) else None


def _published(
    promotion: Promotion, month: date | None, counts: PeriodCounts, classes: type[StrEnum], *, frozen: bool
) -> PublishedFigures:
    return PublishedFigures(
        promotion=promotion.slug,
        month=month,
        months=counts.months,
        until=counts.until,
        frozen=frozen,
        classes=classes,
        groups=publish(counts.eig, counts.mentor),
    )


def _no_month(promotion: Promotion, month: date, today: date) -> NoFiguresError:
    label, name = month_label(month), promotion.name
    if month > today:
        return NoFiguresError(Absence.FUTURE, f"{label} is still to come: there is nothing to count yet.")
    if last_day_of(month) < promotion.starts_on:
        return NoFiguresError(Absence.BEFORE, f"{label} is before {name}, which began on {promotion.starts_on}.")
    if month > promotion.ends_on:
        return NoFiguresError(Absence.AFTER, f"{label} is after {name}, which ended on {promotion.ends_on}.")
    return NoFiguresError(Absence.NO_DIGEST, f"{name} has no digest in {label}, so nobody could read one.")


def _no_complete_month(promotion: Promotion, months: Sequence[date]) -> NoFiguresError:
    if not months:
        return NoFiguresError(Absence.NO_DIGEST, f"{promotion.name} has no digest yet, so nobody could read one.")
    complete = last_day_of(months[0]) + GRACE
    return NoFiguresError(
        Absence.NO_COMPLETE_MONTH,
        f"No month of {promotion.name} is complete yet: {month_label(months[0])} is after {complete}. "
        f"As it stands: --month {month_label(months[-1])}",
    )
