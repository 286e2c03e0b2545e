"""Export and erase what one person has set aside of the advice shown to them. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.advice.models import Advice, AdviceSetAside
from app.database import db
from app.teams.models import Membership, Person


def export_for(person: Person) -> dict[str, object]:
    """Return the advice that they have set aside."""
    query = select(Advice.text).join(AdviceSetAside, AdviceSetAside.advice_id == Advice.id)
    own = query.join(Membership, Membership.id == AdviceSetAside.membership_id)
    texts = db.session.scalars(own.where(Membership.person_id == person.id).order_by(Advice.id))
    return {"advice_set_aside": list(texts)}


def erase_for(person: Person) -> None:
    """Erase what they have set aside; the totals keep their number, without a name."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(AdviceSetAside).where(AdviceSetAside.membership_id.in_(own)))
