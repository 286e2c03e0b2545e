"""What becomes of the letters of a database that comes from a backup: a person decides, and they leave again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update

from app.database import db
from app.letters.kinds import SIGN_IN
from app.letters.leases import letters
from app.letters.models import LEASED, WAITING, Letter, Mailing, Restoration
from app.letters.recording import log_events
from app.letters.restoration import AWAITED
from app.letters.states import EventType, State


def count_waiting() -> Mapping[str, int]:
    """Return how many letters may have left since the backup, by the reference of their mailing."""
    query = (
        select(Mailing.reference, func.count())
        .join(Letter, Letter.mailing_id == Mailing.id)
        .where(Letter.precedence != SIGN_IN)
    )
    counts: dict[str, int] = {}
    for unfinished in (WAITING, LEASED):
        for reference, number in db.session.execute(query.where(unfinished).group_by(Mailing.reference)):
            counts[reference] = counts.get(reference, 0) + number
    return counts


def resume(now: datetime, *, take_as_sent: bool) -> int:
    """Let letters leave again; with `take_as_sent`, those that wait are taken as sent before the loss. Commits.

    Returns how many were taken as sent.
    """
    taken = 0
    for unfinished in (WAITING, LEASED) if take_as_sent else ():
        sent = update(letters).where(unfinished, letters.c.precedence != SIGN_IN)
        values = {"state": State.SENT, "sent_at": None, "claimed_by": None, "lease_until": None}
        connection = db.session.connection()
        ids = connection.execute(sent.values(values).returning(letters.c.id)).scalars().all()
        log_events(connection, ((letter_id, EventType.TAKEN_AS_SENT) for letter_id in ids), None, "restored", now)
        taken += len(ids)
    db.session.execute(update(Restoration).where(AWAITED).values(resumed_at=now))
    db.session.commit()
    return taken
