"""What happens to a confidential word: written, taken back, answered by mail, closed, erased in the end."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import joinedload

from app.confidential.life import WordState, closed_before, ended_before, may_answer
from app.confidential.models import ConfidentialWord
from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.routing import public_url
from app.teams.members import coordination
from app.teams.models import Membership, Person, Promotion
from app.teams.notifications import queue_notification


class AlreadyAnsweredError(DomainError):
    """The word was answered or closed before: no second letter goes to its author."""

    status = 409
    advice = _l("This word has been answered or closed in the meantime: nothing was sent.")


def write_word(member: Membership, text: str, now: datetime) -> ConfidentialWord:
    """Keep a word and tell the coordination that one waits; the same text while it is open is not kept twice."""
    member = db.session.get_one(Membership, member.id, with_for_update=True)
    for word in words_of(member):
        if word.state is WordState.OPEN and word.text == text:
            return word
    word = ConfidentialWord(membership=member, text=text, written_at=now)
    db.session.add(word)
    _tell_coordination(member.promotion, now)
    db.session.commit()
    return word


def words_of(member: Membership) -> list[ConfidentialWord]:
    """The member's own words, newest first."""
    query = select(ConfidentialWord).where(ConfidentialWord.membership_id == member.id)
    return list(db.session.scalars(query.order_by(ConfidentialWord.written_at.desc(), ConfidentialWord.id.desc())))


def words_to(promotion_id: int) -> list[ConfidentialWord]:
    """Every word to the coordination of a promotion, the longest waiting first."""
    query = (
        select(ConfidentialWord)
        .join(ConfidentialWord.membership)
        .options(joinedload(ConfidentialWord.membership).joinedload(Membership.person))
        .where(Membership.promotion_id == promotion_id)
        .order_by(ConfidentialWord.written_at, ConfidentialWord.id)
    )
    return list(db.session.scalars(query))


def count_waiting(promotion_id: int) -> int:
    """How many words of a promotion wait for an answer."""
    query = select(func.count()).select_from(ConfidentialWord).join(ConfidentialWord.membership)
    waiting = query.where(Membership.promotion_id == promotion_id, ConfidentialWord.state == WordState.OPEN)
    return db.session.scalar(waiting) or 0


def find_word(promotion_id: int, word_id: int) -> ConfidentialWord | None:
    """A word to the coordination of the promotion."""
    query = select(ConfidentialWord).join(ConfidentialWord.membership)
    return db.session.scalar(query.where(ConfidentialWord.id == word_id, Membership.promotion_id == promotion_id))


def take_back(word: ConfidentialWord) -> None:
    """Erase a word at its author's wish, whatever its state."""
    db.session.delete(word)
    db.session.commit()


def answer_word(word: ConfidentialWord, by: Person, text: str, now: datetime) -> None:
    """Send `text` to the author, who answers to `by`; the letter holds nothing of the word.

    Raises AlreadyAnsweredError.
    """
    word = db.session.get_one(ConfidentialWord, word.id, with_for_update=True, populate_existing=True)
    if not may_answer(word.state):
        raise AlreadyAnsweredError("the word is answered or closed")
    word.state, word.answered_at, word.handled_by = WordState.ANSWERED, now, by
    queue_notification(
        "word_answer",
        [word.membership],
        reference=_reference(),
        now=now,
        reply_to=by.email,
        private=True,
        answer=text,
        coordinator=by,
        promotion=word.membership.promotion,
    )
    db.session.commit()


def close_word(word: ConfidentialWord, by: Person, now: datetime) -> None:
    """Nothing is left to do about it; closing it twice changes nothing."""
    if word.state is not WordState.CLOSED:
        word.state, word.closed_at, word.handled_by = WordState.CLOSED, now, by
        db.session.commit()


def erase_old_words(now: datetime) -> int:
    """Erase the words whose time is over; gives how many."""
    ended = select(Promotion.id).where(Promotion.ends_on < ended_before(now.date()))
    members = select(Membership.id).where(Membership.promotion_id.in_(ended))
    old = or_(ConfidentialWord.closed_at < closed_before(now), ConfidentialWord.membership_id.in_(members))
    erased = db.session.execute(delete(ConfidentialWord).where(old)).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return int(erased)


def _tell_coordination(promotion: Promotion, now: datetime) -> None:
    """Say that a word waits, and nothing more: neither who wrote nor what."""
    queue_notification(
        "word_waits",
        coordination(promotion, now),
        reference=_reference(),
        now=now,
        promotion=promotion,
        page=public_url("confidential_desk.desk", promotion_slug=promotion.slug),
    )


def _reference() -> str:
    """A name of a mailing from which nobody learns that it is about a word, or which."""
    return f"note:{uuid.uuid4().hex}"
