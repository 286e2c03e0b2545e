"""Reacting to a bulletin, with another reaction instead, or no more."""

from __future__ import annotations

from sqlalchemy import delete, update

from app.bulletins.models import Bulletin
from app.database import db, insert_or_ignore
from app.reactions.models import BulletinReaction
from app.reactions.rules import Reaction
from app.teams.models import Membership


def react(bulletin: Bulletin, member: Membership, reaction: Reaction) -> None:
    """Let the member's reaction to the bulletin be this one; a second time changes nothing. Commits."""
    row = {"bulletin_id": bulletin.id, "membership_id": member.id}
    db.session.execute(insert_or_ignore(BulletinReaction, *row).values(**row, reaction=reaction))
    db.session.execute(update(BulletinReaction).filter_by(**row).values(reaction=reaction))
    db.session.commit()


def take_back(bulletin: Bulletin, member: Membership) -> None:
    """Let the member have no reaction to the bulletin. Commits."""
    own = delete(BulletinReaction).filter_by(bulletin_id=bulletin.id, membership_id=member.id)
    db.session.execute(own)
    db.session.commit()
