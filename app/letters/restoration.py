"""Whether this database comes from a backup whose letters nobody has decided about yet."""

from __future__ import annotations

from sqlalchemy import select

from app.database import db
from app.letters.models import Restoration

PENDING = Restoration.resumed_at.is_(None)


def find_restoration() -> Restoration | None:
    """Return the restoration that waits for a decision, if there is one."""
    return db.session.scalar(select(Restoration).where(PENDING).order_by(Restoration.id).limit(1))
