"""What one member says of one bulletin."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, enum_column
from app.reactions.rules import Reaction


class BulletinReaction(Model):
    """One for each member and bulletin; without a day, so that it tells no more of a reading than that it was once."""

    __tablename__ = "bulletin_reactions"

    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletins.id", ondelete="CASCADE"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    reaction: Mapped[Reaction] = mapped_column(enum_column(Reaction))
