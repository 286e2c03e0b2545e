"""The personal addresses at which members have their feeds."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.teams.models import Membership


class Feed(StrEnum):
    """What has an address: key dates as a calendar, issued digests as an Atom feed."""

    CALENDAR = "calendar"
    DIGESTS = "digests"


class FeedAddress(Model):
    """A member has an address for a feed. `key` is random and signed in that address: no row, no address."""

    __tablename__ = "feed_addresses"

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    feed: Mapped[Feed] = mapped_column(enum_column(Feed), primary_key=True)
    key: Mapped[str] = mapped_column(String(22))
    made_at: Mapped[datetime]
    membership: Mapped[Membership] = relationship()
