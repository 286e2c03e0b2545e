"""Export and erase the help that one person offered. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from app.database import db
from app.help_requests.models import HelpOffer, HelpRequest
from app.teams.models import Membership, Person


def export_for(person: Person) -> dict[str, object]:
    """Return the help they offered and the calls they closed."""
    offers = select(HelpOffer).join(HelpOffer.membership).where(Membership.person_id == person.id)
    closed = select(HelpRequest).where(HelpRequest.closed_by_id == person.id)
    with_team = joinedload(HelpOffer.call).joinedload(HelpRequest.team)
    return {
        "help_offered": [
            {**_describe(offer.call), "text": offer.text, "offered_at": offer.offered_at}
            for offer in db.session.scalars(offers.options(with_team).order_by(HelpOffer.id))
        ],
        "calls_closed": [
            {**_describe(call), "state": call.state, "closed_at": call.closed_at}
            for call in db.session.scalars(closed.order_by(HelpRequest.id))
        ],
    }


def erase_for(person: Person) -> None:
    """Erase their offers; that a call was offered help, when it was first, and that it was closed stays."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(HelpOffer).where(HelpOffer.membership_id.in_(own)))
    db.session.execute(update(HelpRequest).where(HelpRequest.closed_by_id == person.id).values(closed_by_id=None))


def _describe(call: HelpRequest) -> dict[str, object]:
    return {"team": call.team.name, "week": call.week}
