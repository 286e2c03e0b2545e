"""Export and erase the confidential messages of one person. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update

from app.confidential.models import ConfidentialMessage
from app.database import db
from app.teams.models import Membership, Person


def export_for(person: Person) -> dict[str, object]:
    """Return what they wrote, and how many messages of others they answered or closed."""
    own = select(ConfidentialMessage).join(ConfidentialMessage.membership).where(Membership.person_id == person.id)
    handled = select(func.count()).where(ConfidentialMessage.handled_by_id == person.id)
    return {
        "confidential_words": [
            {
                "text": message.text,
                "written_at": message.written_at,
                "state": message.state,
                "answered_at": message.answered_at,
                "closed_at": message.closed_at,
            }
            for message in db.session.scalars(own.order_by(ConfidentialMessage.id))
        ],
        "confidential_words_taken_care_of": db.session.scalar(handled),
    }


def erase_for(person: Person) -> None:
    """Erase their messages; those of others that they handled stay, handled by a former member."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(ConfidentialMessage).where(ConfidentialMessage.membership_id.in_(own)))
    handled = update(ConfidentialMessage).where(ConfidentialMessage.handled_by_id == person.id)
    db.session.execute(handled.values(handled_by_id=None))
