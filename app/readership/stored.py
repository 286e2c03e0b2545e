"""The counts that are kept, as values; `keeping.py` stores them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from app.database import db
from app.readership.models import StoredCounts, StoredMonth, StoredSpan
from app.readership.months import parse_month
from app.readership.tally import ReadingCounts, from_plain


def stored_months(promotion_id: int) -> dict[date, StoredMonth]:
    """The rows of a promotion's months, by month."""
    rows = db.session.scalars(select(StoredMonth).where(StoredMonth.promotion_id == promotion_id))
    return {row.month: row for row in rows}


def find_span(promotion_id: int) -> StoredSpan | None:
    """The row of a promotion's complete months together."""
    return db.session.get(StoredSpan, promotion_id)


def counts_of_month(row: StoredMonth) -> ReadingCounts:
    return _counts(row, (row.month,))


def counts_of_span(row: StoredSpan) -> ReadingCounts:
    return _counts(row, tuple(map(parse_month, row.months)))


def _counts(row: StoredCounts, months: tuple[date, ...]) -> ReadingCounts:
    return ReadingCounts(months=months, until=row.until, eig=from_plain(row.eig), mentor=from_plain(row.mentor))
