"""What the coordination may decide about an edition's letters; every act is kept with who and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from app.database import db
from app.letters import suppression
from app.letters.claims import letters
from app.letters.conclusions import remember
from app.letters.editions import mailings_of
from app.letters.kinds import get_kind
from app.letters.models import Mailing, MailingAct, SuppressedAddress
from app.letters.standing import NEVER_RETRIED
from app.letters.states import Act, State, What


def pause_edition(reference: str, person_id: int, now: datetime) -> None:
    """Send no more of the edition's letters until it is resumed; the letters in hand are finished."""
    _set_paused(reference, now)
    _keep(reference, Act.PAUSE, person_id, now)
    db.session.commit()


def resume_edition(reference: str, person_id: int, now: datetime) -> None:
    """Send the edition's letters again."""
    _set_paused(reference, None)
    _keep(reference, Act.RESUME, person_id, now)
    db.session.commit()


def retry_edition(reference: str, person_id: int, now: datetime) -> int:
    """Queue the failed letters anew, where that is of use, and the deferred ones for now. Gives the number."""
    failed = (letters.c.state == State.FAILED) & letters.c.reason.not_in(NEVER_RETRIED)
    return _requeue(reference, failed | (letters.c.state == State.DEFERRED), Act.RETRY, person_id, now)


def send_unknown_again(reference: str, person_id: int, now: datetime) -> int:
    """Queue the letters of which nobody knows whether they left, with the same Message-ID. Gives the number."""
    return _requeue(reference, letters.c.state == State.UNKNOWN, Act.SEND_AGAIN, person_id, now)


def take_unknown_as_sent(reference: str, person_id: int, now: datetime) -> int:
    """Leave the letters of which nobody knows as they are: they count as sent. Gives the number."""
    changes = {"state": State.SENT}
    unknown = letters.c.state == State.UNKNOWN
    return _change(reference, unknown, changes, What.TAKEN_AS_SENT, Act.TAKE_AS_SENT, person_id, now)


def lift_suppression(suppressed_id: int, person_id: int, now: datetime) -> bool:
    """Send to a suppressed address again, from the next letter on; what failed is for `retry_edition`.

    False when it was lifted before: nothing changes then.
    """
    row = db.session.get_one(SuppressedAddress, suppressed_id, with_for_update=True, populate_existing=True)
    if row.lifted_at is not None:
        return False
    row.lifted_at = now
    _keep(suppression.reference(row), Act.LIFT, person_id, now)
    db.session.commit()
    return True


def _requeue(reference: str, which: ColumnElement[bool], act: Act, person_id: int, now: datetime) -> int:
    kind = db.session.scalars(select(Mailing.kind).filter_by(reference=reference)).first()
    if kind is None:
        return 0
    changes = {
        "state": State.QUEUED,
        "due_at": now,
        "deferrals": 0,
        "reason": None,
        "gives_up_at": now + get_kind(kind).give_up_after,
    }
    return _change(reference, which, changes, What.RETRIED, act, person_id, now)


def _change(
    reference: str,
    which: ColumnElement[bool],
    changes: dict[str, Any],
    what: What,
    act: Act,
    person_id: int,
    now: datetime,
) -> int:
    connection = db.session.connection()
    statement = update(letters).where(letters.c.mailing_id.in_(mailings_of(reference)), which).values(changes)
    ids = connection.execute(statement.returning(letters.c.id)).scalars().all()
    remember(connection, ((letter_id, what) for letter_id in ids), None, "", now)
    _keep(reference, act, person_id, now, letters_changed=len(ids))
    db.session.commit()
    return len(ids)


def _keep(reference: str, act: Act, person_id: int, now: datetime, *, letters_changed: int = 0) -> None:
    db.session.add(MailingAct(reference=reference, at=now, person_id=person_id, what=act, letters=letters_changed))


def _set_paused(reference: str, moment: datetime | None) -> None:
    db.session.execute(update(Mailing).where(Mailing.reference == reference).values(paused_at=moment))
