"""Export and erase the reactions of one person. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.bulletins.models import Bulletin
from app.database import db
from app.reactions.models import BulletinReaction
from app.teams.models import Membership, Person, Team


def export_for(person: Person) -> dict[str, object]:
    """Return their reactions, each with its bulletin."""
    query = (
        select(Team.name, Bulletin.week, BulletinReaction.reaction)
        .select_from(BulletinReaction)
        .join(Membership, Membership.id == BulletinReaction.membership_id)
        .join(Bulletin, Bulletin.id == BulletinReaction.bulletin_id)
        .join(Bulletin.team)
        .where(Membership.person_id == person.id)
        .order_by(Bulletin.week, Team.key)
    )
    rows = db.session.execute(query)
    return {"reactions": [{"team": team, "week": week, "reaction": reaction} for team, week, reaction in rows]}


def erase_for(person: Person) -> None:
    """Erase their reactions."""
    own = select(Membership.id).where(Membership.person_id == person.id)
    db.session.execute(delete(BulletinReaction).where(BulletinReaction.membership_id.in_(own)))
