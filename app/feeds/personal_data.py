"""Export and erase the personal addresses of one person's feeds. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.feeds.models import FeedAddress
from app.teams.models import Membership, Person


def export_for(person: Person) -> dict[str, object]:
    """Return the feeds that they have an address for, and since when; its use is not recorded."""
    query = (
        select(FeedAddress)
        .join(FeedAddress.membership)
        .options(joinedload(FeedAddress.membership).joinedload(Membership.promotion))
        .where(Membership.person_id == person.id)
        .order_by(FeedAddress.made_at)
    )
    return {
        "feed_addresses": [
            {"promotion": row.membership.promotion.name, "feed": row.feed, "made_at": row.made_at}
            for row in db.session.scalars(query).unique()
        ]
    }


def erase_for(person: Person) -> None:
    """End every address of theirs."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(FeedAddress).where(FeedAddress.membership_id.in_(own)))
