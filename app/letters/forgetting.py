"""Forgetting what private letters said, once nobody needs it any more to send them. This use case commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, exists, or_, update

from app.database import db
from app.letters.models import TO_FORGET, Letter, Mailing
from app.letters.states import State

LONGEST_KEPT = timedelta(days=30)  # for letters that failed, which somebody may want to send again


def forget_private(now: datetime) -> int:
    """Empty the private mailings whose letters have all left, and those older than LONGEST_KEPT; gives how many."""
    to_send = exists().where(Letter.mailing_id == Mailing.id, Letter.state != State.SENT)
    over = or_(~to_send, Mailing.created_at < now - LONGEST_KEPT)
    emptied = db.session.execute(emptying().where(TO_FORGET, over)).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return int(emptied)


def emptying() -> Update:
    """The statement that leaves of a mailing only what the account of letters needs."""
    nothing: dict[str, Any] = {"subject": "", "text": "", "html": "", "reply_to": None}
    return update(Mailing).values(nothing).execution_options(synchronize_session=False)
