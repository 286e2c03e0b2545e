"""Counts of attempts in our own database: a storage for the package `limits`, which Flask-Limiter counts with.

It is the storage of the scheme `database`; the registry of `limits` knows it once this module is imported
(https://limits.readthedocs.io/en/stable/custom-storage.html). Every count is a transaction of its own, so that it stays
when the view that follows changes nothing or fails.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from limits.storage import Storage
from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.database import db, rows_changed
from app.rate_limits.models import AttemptCount


class DatabaseStorage(Storage):
    """Counts in fixed windows: one begins with the first attempt under a key and ends `expiry` seconds later."""

    STORAGE_SCHEME = ["database"]  # noqa: RUF012 — as `limits` declares it

    @property
    def base_exceptions(self) -> type[Exception]:
        return SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more attempts under `key` and return how many there are; two at once are two. Commits."""
        now = clock.now()
        over, until = AttemptCount.expires_at <= now, now + timedelta(seconds=expiry)
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        change = {
            "attempts": case((over, amount), else_=AttemptCount.attempts + amount),
            "expires_at": case((over, until), else_=AttemptCount.expires_at),
        }
        first = insert(AttemptCount).values(key=key, attempts=amount, expires_at=until)
        count = first.on_conflict_do_update(index_elements=["key"], set_=change).returning(AttemptCount.attempts)
        attempts = db.session.execute(count).scalar_one()
        db.session.commit()
        return attempts

    def get(self, key: str) -> int:
        """Return how many attempts count now."""
        count = select(AttemptCount.attempts).where(AttemptCount.key == key, AttemptCount.expires_at > clock.now())
        return db.session.scalar(count) or 0

    def get_expiry(self, key: str) -> float:
        """Return when the attempts under `key` count no more, in seconds since 1970; now where there are none."""
        until = db.session.scalar(select(AttemptCount.expires_at).where(AttemptCount.key == key))
        return (until or clock.now()).timestamp()

    def check(self) -> bool:
        """Return whether the database answers."""
        try:
            db.session.execute(select(1))
        except SQLAlchemyError:
            return False
        return True

    def reset(self) -> int:
        """Forget every count; return how many there were. Commits."""
        return _delete_until(None)

    def clear(self, key: str) -> None:
        """Forget the count under `key`. Commits."""
        db.session.execute(delete(AttemptCount).where(AttemptCount.key == key))
        db.session.commit()


def purge_expired_counts(now: datetime) -> int:
    """Delete the counts that count no more; return how many. This use case commits."""
    return _delete_until(now)


def _delete_until(now: datetime | None) -> int:
    counts = delete(AttemptCount) if now is None else delete(AttemptCount).where(AttemptCount.expires_at <= now)
    deleted = rows_changed(counts)
    db.session.commit()
    return deleted
