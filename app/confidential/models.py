"""A confidential message: one row, shown to its author and the coordination; in no digest, archive, figure or log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.confidential.rules import MessageState
from app.database import Model, enum_column
from app.teams.models import Membership, Person


class CoordinationNotice(Model):
    """When the coordination of a promotion was last told by mail that a message waits; empty once it took care of one.

    It says neither who wrote nor which message, and stays when a message is erased: that announces nothing anew.
    """

    __tablename__ = "coordination_notices"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True)
    told_at: Mapped[datetime | None]


class ConfidentialMessage(Model):
    """What one member wrote, plain text. The answer goes by mail and is not stored here."""

    __tablename__ = "confidential_messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(enum_column(MessageState), default=MessageState.OPEN)
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    membership: Mapped[Membership] = relationship()
    handled_by: Mapped[Person | None] = relationship()

    def __repr__(self) -> str:
        """Leave out the text and its author: a representation ends in logs."""
        return f"<ConfidentialMessage {self.id}>"
