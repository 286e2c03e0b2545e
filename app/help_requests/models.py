"""A call for help, the offers on it, and the thanks for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.bulletins.models import Bulletin
from app.database import Model, enum_column
from app.help_requests.rules import LIVE, HelpState
from app.teams.models import Membership, Team
from app.weeks import Week


class HelpRequest(Model):
    """The call made in one bulletin. `renewed_week` is the last week in which its team renewed it.

    `resolution`: how it was resolved, plain text; empty unless the team says so. `reminded_at`: when the team was told,
    once, that nobody has answered.
    """

    __tablename__ = "help_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletins.id", ondelete="CASCADE"), unique=True)
    week: Mapped[Week]
    renewed_week: Mapped[Week]
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    state: Mapped[HelpState] = mapped_column(enum_column(HelpState), default=HelpState.OPEN)
    opened_at: Mapped[datetime]
    first_offered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    resolution: Mapped[str] = mapped_column(Text, default="")
    reminded_at: Mapped[datetime | None]
    team: Mapped[Team] = relationship()
    bulletin: Mapped[Bulletin] = relationship()

    @property
    def published_in(self) -> Week | None:
        """The week whose digest published it first; None while none has."""
        return self.bulletin.published_in

    @property
    def is_live(self) -> bool:
        """Whether it is open or offered."""
        return self.state in LIVE


class HelpOffer(Model):
    """« Je peux aider »: a member's line to the team that called, one for each call. It is erased with its author."""

    __tablename__ = "help_offers"
    __table_args__ = (UniqueConstraint("call_id", "membership_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("help_requests.id", ondelete="CASCADE"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    offered_at: Mapped[datetime]
    call: Mapped[HelpRequest] = relationship()
    membership: Mapped[Membership] = relationship()


class HelpThanks(Model):
    """The words of a team for an offer on its resolved call, one for each offer; plain text. Erased with the offer.

    `shown`: beside the call, for all members; else its helper alone reads it.
    """

    __tablename__ = "help_thanks"

    offer_id: Mapped[int] = mapped_column(ForeignKey("help_offers.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    shown: Mapped[bool]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    thanked_at: Mapped[datetime]
    offer: Mapped[HelpOffer] = relationship()
