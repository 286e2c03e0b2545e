"""Confidential messages: written, deleted by their author, answered by mail, closed, erased in the end."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import joinedload

from app.access import SignedOutError
from app.confidential.models import ConfidentialMessage, CoordinationNotice
from app.confidential.rules import MessageState, closed_before, ended_before, may_answer, told_before
from app.database import db, insert_or_ignore, rows_changed
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.routing import public_url
from app.teams.locking import lock_person
from app.teams.members import coordination
from app.teams.models import Membership, Person, Promotion
from app.teams.notifications import queue_notification


class AlreadyAnsweredError(DomainError):
    """The message was answered or closed before: no second letter goes to its author."""

    status = 409
    advice = _l("This message has been answered or closed in the meantime: nothing was sent.")


def write_message(member: Membership, text: str, now: datetime) -> ConfidentialMessage:
    """Store a message and tell the coordination that one waits, unless a letter says so already. Commits.

    An open one with the same text is returned instead, and nothing changes. Raises SignedOutError for somebody erased.
    """
    if not lock_person(member.person_id):  # or a message would outlive the erasure of its author
        db.session.rollback()
        raise SignedOutError
    to_be_told = _is_to_be_told(member.promotion_id, now)
    member = db.session.get_one(Membership, member.id, with_for_update=True)
    for message in messages_of(member):
        if message.state is MessageState.OPEN and message.text == text:
            db.session.rollback()
            return message
    message = ConfidentialMessage(membership=member, text=text, written_at=now)
    db.session.add(message)
    if to_be_told:
        _notify_coordination(member.promotion, now)
    db.session.commit()
    return message


def messages_of(member: Membership) -> list[ConfidentialMessage]:
    """Read the member's own messages, newest first."""
    query = select(ConfidentialMessage).where(ConfidentialMessage.membership_id == member.id)
    newest_first = query.order_by(ConfidentialMessage.written_at.desc(), ConfidentialMessage.id.desc())
    return list(db.session.scalars(newest_first))


def messages_in(promotion_id: int) -> list[ConfidentialMessage]:
    """Read every message to the coordination of a promotion with its author, the oldest first."""
    query = (
        select(ConfidentialMessage)
        .join(ConfidentialMessage.membership)
        .options(joinedload(ConfidentialMessage.membership).joinedload(Membership.person))
        .where(Membership.promotion_id == promotion_id)
        .order_by(ConfidentialMessage.written_at, ConfidentialMessage.id)
    )
    return list(db.session.scalars(query))


def count_waiting(promotion_id: int) -> int:
    """Count the messages of a promotion that wait for an answer."""
    query = select(func.count()).select_from(ConfidentialMessage).join(ConfidentialMessage.membership)
    waiting = query.where(Membership.promotion_id == promotion_id, ConfidentialMessage.state == MessageState.OPEN)
    return db.session.scalar(waiting) or 0


def find_message(promotion_id: int, message_id: int) -> ConfidentialMessage | None:
    """Return the message with that id, if it is one of the promotion."""
    query = select(ConfidentialMessage).join(ConfidentialMessage.membership)
    return db.session.scalar(query.where(ConfidentialMessage.id == message_id, Membership.promotion_id == promotion_id))


def delete_message(message: ConfidentialMessage) -> None:
    """Delete a message at its author's wish, whatever its state. Commits."""
    db.session.delete(message)
    db.session.commit()


def answer_message(message: ConfidentialMessage, by: Person, text: str, now: datetime) -> None:
    """Send `text` to the author, who answers to `by`; the letter holds nothing of the message. Commits.

    Raises AlreadyAnsweredError.
    """
    message = db.session.get_one(ConfidentialMessage, message.id, with_for_update=True, populate_existing=True)
    if not may_answer(message.state):
        raise AlreadyAnsweredError("the message is answered or closed")
    message.state, message.answered_at, message.handled_by = MessageState.ANSWERED, now, by
    _note_taken_care_of(message)
    queue_notification(
        "confidential_answer",
        [message.membership],
        reference=_opaque_reference(),
        now=now,
        reply_to=by.email,
        private=True,
        answer=text,
        coordinator=by,
        promotion=message.membership.promotion,
    )
    db.session.commit()


def close_message(message: ConfidentialMessage, by: Person, now: datetime) -> None:
    """Close a message about which nothing is left to do; closing it twice changes nothing. Commits."""
    current = db.session.get(ConfidentialMessage, message.id, with_for_update=True, populate_existing=True)
    if current is None or current.state is MessageState.CLOSED:  # taken back by its author, or closed by a colleague
        db.session.rollback()
        return
    current.state, current.closed_at, current.handled_by = MessageState.CLOSED, now, by
    _note_taken_care_of(current)
    db.session.commit()


def erase_expired_messages(now: datetime) -> int:
    """Erase the messages that are stored no longer at `now`; return how many. Commits."""
    ended = select(Promotion.id).where(Promotion.ends_on < ended_before(now.date()))
    members = select(Membership.id).where(Membership.promotion_id.in_(ended))
    expired = or_(ConfidentialMessage.closed_at < closed_before(now), ConfidentialMessage.membership_id.in_(members))
    erased = rows_changed(delete(ConfidentialMessage).where(expired))
    db.session.commit()
    return erased


def _is_to_be_told(promotion_id: int, now: datetime) -> bool:
    """Return whether the coordination needs a letter, and note that it gets one; of two writers at once, one gets True.

    It needs none while a message of which a letter told is not taken care of, for TOLD_AGAIN_AFTER at most. Locks the
    notice until the transaction ends; to be called before anything else is locked.
    """
    notice = insert_or_ignore(CoordinationNotice, "promotion_id").values(promotion_id=promotion_id)
    db.session.execute(notice)
    due = or_(CoordinationNotice.told_at.is_(None), CoordinationNotice.told_at <= told_before(now))
    telling = update(CoordinationNotice).where(CoordinationNotice.promotion_id == promotion_id, due)
    return bool(rows_changed(telling.values(told_at=now).execution_options(synchronize_session=False)))


def _note_taken_care_of(message: ConfidentialMessage) -> None:
    """Let the next message be told by a letter again: the coordination has seen those that wait."""
    taken = update(CoordinationNotice).where(CoordinationNotice.promotion_id == message.membership.promotion_id)
    db.session.execute(taken.values(told_at=None).execution_options(synchronize_session=False))


def _notify_coordination(promotion: Promotion, now: datetime) -> None:
    """Tell the coordination that a message waits, and nothing more: neither who wrote nor what."""
    queue_notification(
        "confidential_waits",
        coordination(promotion, now),
        reference=_opaque_reference(),
        now=now,
        promotion=promotion,
        page=public_url("confidential_coordination.messages", promotion_slug=promotion.slug),
    )


def _opaque_reference() -> str:
    """Return a mailing's reference from which nobody learns that it is about a confidential message, or which."""
    return f"note:{uuid.uuid4().hex}"
