"""The weekly bulletin of a team, every revision of it, its key date; the weeks that are frozen."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.bulletins.moods import Mood
from app.database import Model, enum_column
from app.teams.models import Person, Team
from app.weeks import Week


class Bulletin(Model):
    """One for each team and week. The texts are Markdown as typed; their HTML is made once, when saved.

    `notice`: since when a published one is corrected, in the language of its promotion. One that was withdrawn, at
    `withdrawn_at`, says so itself: by its priority.
    """

    __tablename__ = "bulletins"
    __table_args__ = (
        UniqueConstraint("team_id", "week"),
        Index("ix_bulletins_team_id_published_in", "team_id", "published_in"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    week: Mapped[Week]
    mood: Mapped[Mood] = mapped_column(enum_column(Mood))
    priorities: Mapped[str] = mapped_column(Text)
    ups_and_downs: Mapped[str] = mapped_column(Text)
    help: Mapped[str] = mapped_column(Text, default="")
    priorities_html: Mapped[str] = mapped_column(Text)
    ups_and_downs_html: Mapped[str] = mapped_column(Text)
    help_html: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    late: Mapped[bool] = mapped_column(default=False)  # sent after the freeze of its week
    published_in: Mapped[Week | None]  # the week of the digest that publishes it; by `freeze`
    imported: Mapped[bool] = mapped_column(default=False)
    notice: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    team: Mapped[Team] = relationship()
    author: Mapped[Person | None] = relationship()
    key_date: Mapped[KeyDate | None] = relationship(back_populates="bulletin", cascade="all, delete-orphan")
    revisions: Mapped[list[Revision]] = relationship(cascade="all, delete-orphan", order_by="Revision.number")

    @property
    def key_day(self) -> date | None:
        return self.key_date.day if self.key_date else None

    @property
    def key_text(self) -> str:
        return self.key_date.text if self.key_date else ""


class Revision(Model):
    """A bulletin as one author saved it. Its texts are erased once a published bulletin is corrected or withdrawn."""

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("bulletin_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bulletin_id: Mapped[int] = mapped_column(ForeignKey("bulletins.id", ondelete="CASCADE"))
    number: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    saved_at: Mapped[datetime]
    mood: Mapped[Mood] = mapped_column(enum_column(Mood))
    priorities: Mapped[str] = mapped_column(Text)
    ups_and_downs: Mapped[str] = mapped_column(Text)
    help: Mapped[str] = mapped_column(Text, default="")
    key_date: Mapped[date | None]
    key_date_text: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[Person | None] = relationship()


class KeyDate(Model):
    """A day that matters to a team, with a line of text: announced in a bulletin, or that of an action of its plan.

    `bulletin_id` is None for a plan's: everybody sees that one at once, and it is there as long as the action is to do.
    Calendars know it by `uid` (RFC 5545), whatever its day and text become; `sequence` counts how often they changed,
    `changed_at` says when. Written by `app.bulletins.key_dates` only, which keeps the three in step.
    """

    __tablename__ = "key_dates"
    __table_args__ = (Index("ix_key_dates_team_id_day", "team_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    bulletin_id: Mapped[int | None] = mapped_column(ForeignKey("bulletins.id", ondelete="CASCADE"), unique=True)
    day: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    uid: Mapped[str] = mapped_column(String(36), default=lambda: str(uuid4()), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    team: Mapped[Team] = relationship()
    bulletin: Mapped[Bulletin | None] = relationship(back_populates="key_date")


class RemovedKeyDate(Model):
    """A key date that is no more, kept for some weeks so that calendars that hold it learn of it.

    `own_team_only`: nobody else had seen it, since the digest of its week was still to come.
    """

    __tablename__ = "removed_key_dates"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    sequence: Mapped[int]
    removed_at: Mapped[datetime] = mapped_column(index=True)
    own_team_only: Mapped[bool] = mapped_column(default=False)
    team: Mapped[Team] = relationship()


class FrozenWeek(Model):
    """The bulletins of this week were frozen for its digest: what comes now is late."""

    __tablename__ = "frozen_weeks"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[Week] = mapped_column(primary_key=True)
    frozen_at: Mapped[datetime]
