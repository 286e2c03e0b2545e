"""What the post office keeps about one person: given to them, erased when they ask. Never commits."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy import delete as delete_from
from sqlalchemy.orm import aliased, joinedload

from app.database import db
from app.letters.forgetting import emptying
from app.letters.models import Bounce, Letter, LetterEvent, Mailing, MailingAct, Relay, SuppressedAddress

NOBODY: dict[str, Any] = {"person_id": None, "to_address": "", "to_name": "", "smtp_text": None}


def kept_about(person_id: int, address: str) -> dict[str, object]:
    """Their letters with what became of each, whether their address is suppressed, what they decided on letters."""
    letters = select(Letter).options(joinedload(Letter.mailing)).where(Letter.person_id == person_id)
    suppressed = select(SuppressedAddress).where(SuppressedAddress.address == address.lower())
    acts = select(MailingAct).where(MailingAct.person_id == person_id)
    return {
        "letters": [_letter(letter) for letter in db.session.scalars(letters.order_by(Letter.id))],
        "suppressed_address": [
            {"address": one.address, "since": one.since, "code": one.code, "text": one.text, "lifted_at": one.lifted_at}
            for one in db.session.scalars(suppressed)
        ],
        "decisions_on_letters": [
            {"reference": act.reference, "at": act.at, "what": act.what}
            for act in db.session.scalars(acts.order_by(MailingAct.id))
        ],
    }


def erase(person_id: int, address: str) -> None:
    """Leave of their letters only that there was one. Those that still wait are never sent.

    A row stays a row, whoever holds it: a worker that has it in hand writes its outcome to it in the end.
    """
    own = select(Letter.id).where(Letter.person_id == person_id)
    db.session.execute(update(LetterEvent).where(LetterEvent.letter_id.in_(own)).values(detail=""))
    db.session.execute(update(Bounce).where(Bounce.letter_id.in_(own)).values(text=""))
    db.session.execute(update(MailingAct).where(MailingAct.person_id == person_id).values(person_id=None))
    _empty_private_mailings(person_id, address)
    db.session.execute(delete_from(SuppressedAddress).where(SuppressedAddress.address == address.lower()))
    named = func.instr if db.engine.dialect.name == "sqlite" else func.strpos
    db.session.execute(update(Relay).where(named(Relay.last_error, address) > 0).values(last_error=""))
    db.session.execute(update(Letter).where(Letter.person_id == person_id).values(NOBODY))


def _empty_private_mailings(person_id: int, address: str) -> None:
    """Those that were for nobody else, and those to be answered to them."""
    letter = aliased(Letter)
    theirs = exists().where(letter.mailing_id == Mailing.id, letter.person_id == person_id)
    others = exists().where(letter.mailing_id == Mailing.id, letter.person_id.is_distinct_from(person_id))
    which = or_(and_(Mailing.private, theirs, ~others), Mailing.reply_to == address)
    db.session.execute(emptying().where(which))


def _letter(letter: Letter) -> dict[str, object]:
    return {
        "kind": letter.mailing.kind,
        "subject": letter.mailing.subject,
        "language": letter.mailing.locale,
        "to": {"name": letter.to_name, "address": letter.to_address},
        "state": letter.state,
        "written_at": letter.created_at,
        "sent_at": letter.sent_at,
        "relay_said": letter.smtp_text,
    }
