"""Writing key dates, in the transaction of what they belong to: calendars know each again, however it changes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import delete

from app.bulletins.models import KeyDate, RemovedKeyDate
from app.database import db

REMOVED_KEPT_FOR = timedelta(days=30)  # longer than any calendar waits before it asks again


def follow_key_date(
    current: KeyDate | None, team_id: int, day: date | None, text: str, now: datetime, *, seen_by_all: bool
) -> KeyDate | None:
    """Return the key date of a bulletin or an action that had `current` and now says `day` and `text`.

    It is changed in place: calendars know it again. Without a `day` there is none, and the one that was is remembered
    as removed; `seen_by_all`: others than its team have seen it.
    """
    if day is None:
        if current is not None:
            remember_removed(current, now, seen_by_all=seen_by_all)
        return None
    if current is None:
        return KeyDate(team_id=team_id, day=day, text=text, changed_at=now)
    if (current.day, current.text) != (day, text):
        current.day, current.text = day, text
        current.sequence, current.changed_at = current.sequence + 1, now
    return current


def remember_removed(key_date: KeyDate, now: datetime, *, seen_by_all: bool) -> None:
    """Keep what calendars must know of a key date that is about to be deleted."""
    db.session.add(
        RemovedKeyDate(
            team_id=key_date.team_id,
            day=key_date.day,
            text=key_date.text,
            uid=key_date.uid,
            sequence=key_date.sequence + 1,
            removed_at=now,
            own_team_only=not seen_by_all,
        )
    )


def purge_removed_dates(now: datetime) -> None:
    """Delete what was removed so long ago that every calendar knows. Commits."""
    db.session.execute(delete(RemovedKeyDate).where(RemovedKeyDate.removed_at <= now - REMOVED_KEPT_FOR))
    db.session.commit()
