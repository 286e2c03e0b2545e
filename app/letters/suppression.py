"""The e-mail addresses that nothing is sent to but sign-in links, because they bounced for good. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.letters.models import SuppressedAddress


def suppressed_addresses() -> set[str]:
    """Return the addresses, in lower case, that are suppressed now."""
    query = select(SuppressedAddress.email).where(SuppressedAddress.lifted_at.is_(None))
    return set(db.session.scalars(query))


def find_suppressed(email: str) -> SuppressedAddress | None:
    """Return the row of an address that is suppressed now."""
    query = select(SuppressedAddress).where(SuppressedAddress.lifted_at.is_(None))
    return db.session.scalar(query.filter_by(email=email.strip().lower()))


def reference(row: SuppressedAddress) -> str:
    """Return the reference under which actions about an address are logged."""
    return f"address:{row.id}"


def suppress(email: str, code: str, text: str, letter_id: int, now: datetime) -> SuppressedAddress:
    """Send nothing more to `email`. A lifted one is suppressed again; a suppressed one keeps its first reason."""
    row = db.session.scalar(select(SuppressedAddress).filter_by(email=email.lower()))
    if row is None:
        row = SuppressedAddress(email=email.lower())
        db.session.add(row)
    elif row.lifted_at is None:
        return row
    row.since, row.code, row.text, row.letter_id, row.lifted_at = now, code, text, letter_id, None
    db.session.flush()
    return row
