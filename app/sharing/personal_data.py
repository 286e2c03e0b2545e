"""Export which share links one person made; when they are erased, the links stay their team's. Never commits."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.database import db
from app.sharing.models import ShareLink
from app.teams.models import Person, Team


def export_for(person: Person) -> dict[str, object]:
    """Return the links that they made; nothing is known of their use."""
    query = (
        select(ShareLink)
        .options(joinedload(ShareLink.team).joinedload(Team.promotion))
        .where(ShareLink.made_by_id == person.id)
        .order_by(ShareLink.id)
    )
    return {
        "share_links_made": [
            {
                "promotion": link.team.promotion.name,
                "team": link.team.name,
                "name": link.name,
                "made_at": link.made_at,
                "ends_on": link.ends_on,
            }
            for link in db.session.scalars(query)
        ]
    }


def erase_for(person: Person) -> None:
    """Make a former member the maker of their links, which go on until they end or are revoked."""
    db.session.execute(update(ShareLink).where(ShareLink.made_by_id == person.id).values(made_by_id=None))
