"""How long readings, answers and consents are stored: some months after the promotion's end (MARKS_KEPT_MONTHS)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.sql.elements import ColumnElement

from app.database import db
from app.digests.models import Digest
from app.extensions import settings
from app.readership.figures.months import is_final, kept_until
from app.readership.figures.queries import issued_by_month
from app.readership.figures.store import find_stored_period, stored_months
from app.readership.models import Consent, ErasedReading, MonthAnswer, ReadMark
from app.teams.locking import lock_promotion
from app.teams.models import Membership, Promotion

Reading = ReadMark | MonthAnswer | Consent | ErasedReading


def is_kept(promotion: Promotion, now: datetime) -> bool:
    """Return whether what members read, answer and agree to is stored; afterwards nothing of it is recorded."""
    return promotion.today(now) <= last_day_kept(promotion.ends_on)


def last_day_kept(ends_on: date) -> date:
    """Return the day after which they are erased, in a promotion that ends on `ends_on`."""
    return kept_until(ends_on, settings().marks_kept_months)


def erase_old_reading(promotion: Promotion, now: datetime) -> bool:
    """Erase the marks, answers and consents of a promotion whose time has come; return whether there were any. Commits.

    It waits until every month is final: from then on the figures are read from their stored counts alone.
    """
    if is_kept(promotion, now) or not _all_final(promotion, now) or not _has_rows(promotion):
        return False
    lock_promotion(promotion.id)
    for table, condition in _rows_of(promotion):
        db.session.execute(delete(table).where(condition))
    if period := find_stored_period(promotion.id):
        period.marks_erased_at = period.marks_erased_at or now
    db.session.commit()
    return True


def _all_final(promotion: Promotion, now: datetime) -> bool:
    """Return whether the month of the promotion's end is final, and every month with a digest stored as such."""
    stored, last = stored_months(promotion.id), promotion.ends_on.replace(day=1)
    months = issued_by_month(promotion, now)
    return is_final(last, promotion.today(now)) and all(m in stored and stored[m].frozen_at for m in months)


def _has_rows(promotion: Promotion) -> bool:
    return any(db.session.scalar(select(exists().where(condition))) for _table, condition in _rows_of(promotion))


def _rows_of(
    promotion: Promotion,
) -> list[tuple[type[Reading], ColumnElement[bool]]]:
    digests = select(Digest.id).where(Digest.promotion_id == promotion.id)
    members = select(Membership.id).where(Membership.promotion_id == promotion.id)
    return [
        (ReadMark, ReadMark.digest_id.in_(digests)),
        (MonthAnswer, MonthAnswer.membership_id.in_(members)),
        (Consent, Consent.membership_id.in_(members)),
        (ErasedReading, ErasedReading.promotion_id == promotion.id),
    ]
