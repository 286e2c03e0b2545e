"""What the coordination advises, and who has set it aside."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.advice.rules import Occasion
from app.database import Model, enum_column


class Advice(Model):
    """A line and a link (or none), in the language of the promotion.

    `week` is one of the programme, for that occasion only; `proposal` is the key of the proposal that it was adopted
    from; `revision` grows with every change. `set_aside` counts the people who have: an erasure takes their row, not
    the number.
    """

    __tablename__ = "advice"
    __table_args__ = (UniqueConstraint("promotion_id", "proposal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text, default="")
    occasion: Mapped[Occasion] = mapped_column(enum_column(Occasion))
    week: Mapped[int | None]
    proposal: Mapped[str | None] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(default=1)
    set_aside: Mapped[int] = mapped_column(default=0)


class AdviceSetAside(Model):
    """A member wants to see a piece of advice no more. Not when: nothing is counted by day."""

    __tablename__ = "advice_set_aside"

    advice_id: Mapped[int] = mapped_column(ForeignKey("advice.id", ondelete="CASCADE"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True, index=True
    )
