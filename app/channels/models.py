"""Chat channels of a promotion and of its teams, and which messages were sent to each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model
from app.teams.models import Promotion, Team

OF_PROMOTION = text("team_id IS NULL")


class Channel(Model):
    """The chat channel of a team or, without one, of the whole promotion.

    `url` is encrypted: whoever knows it writes there. `service` and `host` are what may be shown of it. `failing_since`
    is set by a message that was not taken, and emptied by the next one that is.
    """

    __tablename__ = "channels"
    __table_args__ = (
        UniqueConstraint("promotion_id", "team_id"),
        Index(
            "uq_channels_promotion_id",
            "promotion_id",
            unique=True,
            sqlite_where=OF_PROMOTION,
            postgresql_where=OF_PROMOTION,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(String(40))
    host: Mapped[str] = mapped_column(String(255), default="")
    revision: Mapped[int] = mapped_column(default=1)
    set_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    promotion: Mapped[Promotion] = relationship()
    team: Mapped[Team | None] = relationship()


class ChannelMessage(Model):
    """What a channel was told at a moment such as `2019-W10 14:00`: the row is added before the message leaves."""

    __tablename__ = "channel_messages"
    __table_args__ = (UniqueConstraint("channel_id", "moment"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("channels.id", ondelete="CASCADE"))
    moment: Mapped[str] = mapped_column(String(40))
    claimed_at: Mapped[datetime]
