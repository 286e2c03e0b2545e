"""A database that comes from a backup: what waited then may have left since, so letters wait for a person's decision.

Sign-in letters leave all the same: somebody has to come in, and one too many does no harm.
"""

from __future__ import annotations

from sqlalchemy import exists, select

from app.database import db
from app.letters.models import Restoration

AWAITED = Restoration.resumed_at.is_(None)
IS_AWAITED = exists(1).select_from(Restoration).where(AWAITED)  # a decision


def find_restoration() -> Restoration | None:
    """Return the restoration that waits for a decision, if there is one."""
    return db.session.scalar(select(Restoration).where(AWAITED).order_by(Restoration.id).limit(1))
