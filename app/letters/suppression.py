"""The addresses that nothing is sent to, because they said that they do not exist. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.database import db
from app.letters.models import SuppressedAddress


def suppressed_addresses() -> set[str]:
    """The addresses, in lower case, that are suppressed now."""
    query = select(SuppressedAddress.address).where(SuppressedAddress.lifted_at.is_(None))
    return set(db.session.scalars(query))


def reference(row: SuppressedAddress) -> str:
    """What the acts about an address are filed under."""
    return f"address:{row.id}"


def suppress(address: str, code: str, text: str, letter_id: int, now: datetime) -> None:
    """Send nothing more to `address`. A lifted one is suppressed anew; a suppressed one keeps its first reason."""
    row = db.session.scalar(select(SuppressedAddress).filter_by(address=address.lower()))
    if row is None:
        row = SuppressedAddress(address=address.lower())
        db.session.add(row)
    elif row.lifted_at is None:
        return
    row.since, row.code, row.text, row.letter_id, row.lifted_at = now, code, text, letter_id, None
