"""Export and erase the help that one person offered, and the thanks to them and from them. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import contains_eager, joinedload

from app.database import db
from app.help_requests.models import HelpOffer, HelpRequest, HelpThanks
from app.teams.models import Membership, Person


def export_for(person: Person) -> dict[str, object]:
    """Return the help they offered, the thanks they got and said, and the calls they closed."""
    offers = select(HelpOffer).join(HelpOffer.membership).where(Membership.person_id == person.id)
    closed = select(HelpRequest).where(HelpRequest.closed_by_id == person.id)
    with_team = joinedload(HelpOffer.call).joinedload(HelpRequest.team)
    thanks = (
        select(HelpThanks)
        .join(HelpThanks.offer)
        .join(HelpOffer.membership)
        .options(contains_eager(HelpThanks.offer).options(with_team, contains_eager(HelpOffer.membership)))
        .order_by(HelpThanks.offer_id)
    )
    return {
        "help_offered": [
            {**_describe(offer.call), "text": offer.text, "offered_at": offer.offered_at}
            for offer in db.session.scalars(offers.options(with_team).order_by(HelpOffer.id))
        ],
        "thanks_got": [
            {**_describe(each.offer.call), "text": each.text, "shown": each.shown, "thanked_at": each.thanked_at}
            for each in db.session.scalars(thanks.where(Membership.person_id == person.id))
        ],
        "thanks_said": [
            {**_describe(each.offer.call), "text": each.text, "thanked_at": each.thanked_at}
            for each in db.session.scalars(thanks.where(HelpThanks.author_id == person.id))
        ],
        "calls_closed": [
            {**_describe(call), "state": call.state, "closed_at": call.closed_at}
            for call in db.session.scalars(closed.order_by(HelpRequest.id))
        ],
    }


def erase_for(person: Person) -> None:
    """Erase their offers, with the thanks for them; that a call was offered help, and closed, and when, stays.

    What they said in thanks stays with whom it was said to, in the name of their team.
    """
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(HelpOffer).where(HelpOffer.membership_id.in_(own)))
    db.session.execute(update(HelpThanks).where(HelpThanks.author_id == person.id).values(author_id=None))
    db.session.execute(update(HelpRequest).where(HelpRequest.closed_by_id == person.id).values(closed_by_id=None))


def _describe(call: HelpRequest) -> dict[str, object]:
    return {"team": call.team.name, "week": call.week}
