"""How long readings, answers and consents are kept: some months after the promotion's end (MARKS_KEPT_MONTHS)."""

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
from app.readership.models import Consent, MonthAnswer, ReadMark
from app.teams.locking import lock_promotion
from app.teams.models import Membership, Promotion


def is_kept(promotion: Promotion, now: datetime) -> bool:
    """Whether what members read, answer and agree to is kept: afterwards nothing of it is recorded any more."""
    return promotion.today(now) <= last_day_kept(promotion.ends_on)


def last_day_kept(ends_on: date) -> date:
    """The day after which they are erased, in a promotion that ends on that day."""
    return kept_until(ends_on, settings().marks_kept_months)


def erase_old_reading(promotion: Promotion, now: datetime) -> bool:
    """Erase the marks, answers and consents of a promotion whose time has come; whether there were any.

    It waits until every month is frozen: from then on the stored figures answer by themselves.
    """
    if is_kept(promotion, now) or not _all_frozen(promotion, now) or not _has_rows(promotion):
        return False
    lock_promotion(promotion.id)
    for rows, condition in _rows_of(promotion):
        db.session.execute(delete(rows).where(condition))
    if span := find_stored_period(promotion.id):
        span.marks_erased_at = span.marks_erased_at or now
    db.session.commit()
    return True


def _all_frozen(promotion: Promotion, now: datetime) -> bool:
    """Whether the month of the promotion's end is over for good, and every month with a digest stored as frozen."""
    stored, last = stored_months(promotion.id), promotion.ends_on.replace(day=1)
    months = issued_by_month(promotion, now)
    return is_final(last, promotion.today(now)) and all(m in stored and stored[m].frozen_at for m in months)


def _has_rows(promotion: Promotion) -> bool:
    return any(db.session.scalar(select(exists().where(condition))) for _rows, condition in _rows_of(promotion))


def _rows_of(promotion: Promotion) -> list[tuple[type[ReadMark | MonthAnswer | Consent], ColumnElement[bool]]]:
    digests = select(Digest.id).where(Digest.promotion_id == promotion.id)
    members = select(Membership.id).where(Membership.promotion_id == promotion.id)
    return [
        (ReadMark, ReadMark.digest_id.in_(digests)),
        (MonthAnswer, MonthAnswer.membership_id.in_(members)),
        (Consent, Consent.membership_id.in_(members)),
    ]
