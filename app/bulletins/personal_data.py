"""Export which bulletins one person wrote; when they are erased, the bulletins stay. Never commits."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, Revision
from app.database import db
from app.teams.models import Person, Team


def export_for(person: Person) -> dict[str, object]:
    """Return references of what they wrote: the texts are their team's, and stay in the archive."""
    query = (
        select(Revision, Bulletin)
        .join(Bulletin, Bulletin.id == Revision.bulletin_id)
        .options(joinedload(Bulletin.team).joinedload(Team.promotion))
        .where(Revision.author_id == person.id)
        .order_by(Revision.id)
    )
    return {
        "bulletins_written": [
            {
                "promotion": bulletin.team.promotion.name,
                "team": bulletin.team.name,
                "week": bulletin.week,
                "revision": revision.number,
                "saved_at": revision.saved_at,
            }
            for revision, bulletin in db.session.execute(query)
        ]
    }


def erase_for(person: Person) -> None:
    """Make a former member the author of all they wrote."""
    for table in (Bulletin, Revision):
        db.session.execute(update(table).where(table.author_id == person.id).values(author_id=None))
