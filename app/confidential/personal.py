"""One person's confidential words: given to them, erased when they ask. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from app.confidential.models import ConfidentialWord
from app.database import db
from app.teams.models import Membership, Person


def kept_about(person: Person) -> dict[str, object]:
    """What they wrote, and of how many words of others they took care."""
    own = select(ConfidentialWord).join(ConfidentialWord.membership).where(Membership.person_id == person.id)
    handled = select(func.count()).where(ConfidentialWord.handled_by_id == person.id)
    return {
        "confidential_words": [
            {
                "text": word.text,
                "written_at": word.written_at,
                "state": word.state,
                "answered_at": word.answered_at,
                "closed_at": word.closed_at,
            }
            for word in db.session.scalars(own.order_by(ConfidentialWord.id))
        ],
        "confidential_words_taken_care_of": db.session.scalar(handled),
    }


def erase(person: Person) -> None:
    """Erase their words; those of others that they took care of stay, in the hands of a former member."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(ConfidentialWord).where(ConfidentialWord.membership_id.in_(own)))
    handled = update(ConfidentialWord).where(ConfidentialWord.handled_by_id == person.id)
    db.session.execute(handled.values(handled_by_id=None))
