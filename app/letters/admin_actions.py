"""What the coordination may do with a mailing's letters; every action is logged with who and when. These commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from app.database import db
from app.letters import suppression
from app.letters.kinds import get_kind
from app.letters.leases import letters
from app.letters.mailing_status import NEVER_RETRIED, mailings_of
from app.letters.models import AdminActionLog, Letter, Mailing, SuppressedAddress
from app.letters.recording import log_events
from app.letters.states import AdminAction, EventType, State

BY_COMMAND = "flask bounces lift"  # in `detail`, where no person did it


def pause_mailing(reference: str, person_id: int, now: datetime) -> None:
    """Send no more of the mailing's letters until it is resumed; those being sent are finished."""
    _set_paused(reference, now)
    _log_action(reference, AdminAction.PAUSE, person_id, now)
    db.session.commit()


def resume_mailing(reference: str, person_id: int, now: datetime) -> None:
    """Send the mailing's letters again."""
    _set_paused(reference, None)
    _log_action(reference, AdminAction.RESUME, person_id, now)
    db.session.commit()


def retry_mailing(reference: str, person_id: int, now: datetime) -> int:
    """Queue the failed letters anew, where that is of use, and the deferred ones for now. Return the number."""
    failed = (letters.c.state == State.FAILED) & letters.c.reason.not_in(NEVER_RETRIED)
    return _requeue(reference, failed | (letters.c.state == State.DEFERRED), AdminAction.RETRY, person_id, now)


def retry_letter(letter: Letter, person_id: int, now: datetime) -> bool:
    """Queue one letter that failed or is `unknown` again, with the same Message-ID. Return False when it is neither."""
    troubled = letters.c.state.in_([State.FAILED, State.UNKNOWN]) & (letters.c.id == letter.id)
    return _requeue(letter.mailing.reference, troubled, AdminAction.RETRY, person_id, now) > 0


def send_unknown_again(reference: str, person_id: int, now: datetime) -> int:
    """Queue the `unknown` letters, which may have left or not, again, with the same Message-ID. Return the number."""
    return _requeue(reference, letters.c.state == State.UNKNOWN, AdminAction.SEND_AGAIN, person_id, now)


def take_unknown_as_sent(reference: str, person_id: int, now: datetime) -> int:
    """Count the `unknown` letters as sent and leave them alone. Return the number."""
    changes = {"state": State.SENT}
    unknown = letters.c.state == State.UNKNOWN
    return _change(reference, unknown, changes, EventType.TAKEN_AS_SENT, AdminAction.TAKE_AS_SENT, person_id, now)


def lift_suppression(suppressed_id: int, person_id: int | None, now: datetime) -> bool:
    """Send to a suppressed address again, from the next letter on; what failed is for `retry_mailing`.

    `person_id` is empty for the command. False when it was lifted before: nothing changes then.
    """
    row = db.session.get_one(SuppressedAddress, suppressed_id, with_for_update=True, populate_existing=True)
    if row.lifted_at is not None:
        db.session.rollback()
        return False
    row.lifted_at = now
    _log_action(suppression.reference(row), AdminAction.LIFT, person_id, now, detail="" if person_id else BY_COMMAND)
    db.session.commit()
    return True


def _requeue(reference: str, which: ColumnElement[bool], action: AdminAction, person_id: int, now: datetime) -> int:
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
    return _change(reference, which, changes, EventType.RETRIED, action, person_id, now)


def _change(
    reference: str,
    which: ColumnElement[bool],
    changes: dict[str, Any],
    event: EventType,
    action: AdminAction,
    person_id: int,
    now: datetime,
) -> int:
    connection = db.session.connection()
    statement = update(letters).where(letters.c.mailing_id.in_(mailings_of(reference)), which).values(changes)
    ids = connection.execute(statement.returning(letters.c.id)).scalars().all()
    log_events(connection, ((letter_id, event) for letter_id in ids), None, "", now)
    _log_action(reference, action, person_id, now, letters_changed=len(ids))
    db.session.commit()
    return len(ids)


def _log_action(
    reference: str,
    action: AdminAction,
    person_id: int | None,
    now: datetime,
    *,
    letters_changed: int = 0,
    detail: str = "",
) -> None:
    values = {"reference": reference, "at": now, "person_id": person_id, "action": action, "letters": letters_changed}
    db.session.add(AdminActionLog(**values, detail=detail))


def _set_paused(reference: str, moment: datetime | None) -> None:
    db.session.execute(update(Mailing).where(Mailing.reference == reference).values(paused_at=moment))
