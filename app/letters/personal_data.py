"""Personal data in letters: exported for a person, erased for them, and erased once no letter needs it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, and_, exists, func, or_, select, update
from sqlalchemy import delete as delete_from
from sqlalchemy.orm import aliased, joinedload, load_only

from app.database import db, rows_changed
from app.letters.models import TO_FORGET, AdminActionLog, Bounce, Letter, LetterEvent, Mailing, Relay, SuppressedAddress
from app.letters.states import State

PRIVATE_CONTENT_LIFETIME = timedelta(days=30)  # for letters that failed, which somebody may want to send again
ANONYMOUS: dict[str, Any] = {"person_id": None, "to_email": "", "to_name": "", "smtp_text": None}


def export_for(person_id: int, email: str) -> dict[str, object]:
    """Return their letters, what came back for them, whether their address is suppressed, what they decided."""
    letters = select(Letter).options(joinedload(Letter.mailing)).where(Letter.person_id == person_id)
    suppressed = select(SuppressedAddress).where(SuppressedAddress.email == email.lower())
    returned = select(Bounce).join(Bounce.letter).where(Letter.person_id == person_id).order_by(Bounce.id)
    actions = select(AdminActionLog).where(AdminActionLog.person_id == person_id)
    return {
        "letters": [_describe(letter) for letter in db.session.scalars(letters.order_by(Letter.id))],
        "came_back": [
            {"at": bounce.read_at, "meaning": bounce.verdict, "code": bounce.code, "text": bounce.text}
            for bounce in db.session.scalars(returned)
        ],
        "suppressed_address": [
            {"address": row.email, "since": row.since, "code": row.code, "text": row.text, "lifted_at": row.lifted_at}
            for row in db.session.scalars(suppressed)
        ],
        "decisions_on_letters": [
            {"reference": action.reference, "at": action.at, "what": action.action}
            for action in db.session.scalars(actions.order_by(AdminActionLog.id))
        ],
    }


def erase_for(person_id: int, email: str) -> None:
    """Anonymize their letters, so that they are still counted. Those that still wait are never sent. Never commits.

    The rows stay, claimed or not: a worker that is sending one records its outcome there in the end.
    """
    own = select(Letter.id).where(Letter.person_id == person_id)
    db.session.execute(update(LetterEvent).where(LetterEvent.letter_id.in_(own)).values(detail=""))
    db.session.execute(update(Bounce).where(Bounce.letter_id.in_(own)).values(text=""))
    db.session.execute(update(AdminActionLog).where(AdminActionLog.person_id == person_id).values(person_id=None))
    _empty_private_mailings(person_id, email)
    _remove_reply_address(email)
    db.session.execute(delete_from(SuppressedAddress).where(SuppressedAddress.email == email.lower()))
    position = func.instr if db.engine.dialect.name == "sqlite" else func.strpos
    db.session.execute(update(Relay).where(position(Relay.last_error, email) > 0).values(last_error=""))
    db.session.execute(update(Letter).where(Letter.person_id == person_id).values(ANONYMOUS))


def erase_private_content(now: datetime) -> int:
    """Empty the private mailings whose letters have all left, and those that are too old; return how many.

    This use case commits.
    """
    to_send = exists().where(Letter.mailing_id == Mailing.id, Letter.state != State.SENT)
    no_longer_needed = or_(~to_send, Mailing.created_at < now - PRIVATE_CONTENT_LIFETIME)
    emptied = rows_changed(_emptying().where(TO_FORGET, no_longer_needed))
    db.session.commit()
    return emptied


def _empty_private_mailings(person_id: int, email: str) -> None:
    """Empty the private mailings for them alone, and those to be answered to them."""
    letter = aliased(Letter)
    theirs = exists().where(letter.mailing_id == Mailing.id, letter.person_id == person_id)
    others = exists().where(letter.mailing_id == Mailing.id, letter.person_id.is_distinct_from(person_id))
    alone = and_(theirs, ~others)
    db.session.execute(_emptying().where(Mailing.private, or_(alone, Mailing.reply_to == email)))


def _remove_reply_address(email: str) -> None:
    """Let nobody answer to them any more; a mailing to a whole promotion keeps its other addresses."""
    theirs = select(Mailing).where(Mailing.reply_to.contains(email, autoescape=True))
    for mailing in db.session.scalars(theirs.options(load_only(Mailing.reply_to))):
        others = [address for address in (mailing.reply_to or "").split(", ") if address != email]
        mailing.reply_to = ", ".join(others) or None


def _describe(letter: Letter) -> dict[str, object]:
    return {
        "kind": letter.mailing.kind,
        "subject": letter.mailing.subject,
        "language": letter.mailing.locale,
        "to": {"name": letter.to_name, "address": letter.to_email},
        "state": letter.state,
        "written_at": letter.created_at,
        "sent_at": letter.sent_at,
        "relay_said": letter.smtp_text,
    }


def _emptying() -> Update:
    """Return the UPDATE that erases all of a mailing but what the counts of letters need."""
    nothing: dict[str, Any] = {"subject": "", "text": "", "html": "", "reply_to": None}
    return update(Mailing).values(nothing).execution_options(synchronize_session=False)
