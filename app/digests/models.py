"""The week's digest as issued, its content, and everyone it was for."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.digests.composition import DigestContent
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.weeks import Week


class Exclusion(StrEnum):
    """Why a member counted at the freeze gets no letter."""

    NO_ADDRESS = "no_address"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    NO_LETTERS = "no_letters"  # the digest was issued for the archive only


class Introduction(Model):
    """A line from the coordination at the head of a week's digest.

    `notice`: since when a published one is corrected; one that was withdrawn, at `withdrawn_at`, says so by its text.
    """

    __tablename__ = "introductions"
    __table_args__ = (UniqueConstraint("promotion_id", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    week: Mapped[Week]
    text: Mapped[str] = mapped_column(Text)
    notice: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime]


class DigestSchedule(Model):
    """What the coordination decided about when a week's digest leaves: held back, or put off to another moment.

    Neither of both: at its planned moment. `revision` grows with each decision, `person` made the last one.
    """

    __tablename__ = "digest_schedules"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[Week] = mapped_column(primary_key=True)
    held: Mapped[bool] = mapped_column(default=False)
    put_off_to: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    person: Mapped[Person | None] = relationship()


class Digest(Model):
    """The digest of a promotion and week, issued once. `empty`: no bulletin, no introduction; outside all figures.

    `revision` counts what the coordination corrected, withdrew or noted since; `changed_at`: when a text in it changed.
    """

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("promotion_id", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    week: Mapped[Week]
    month: Mapped[date] = mapped_column(index=True)  # the first day of the month of its planned moment
    issued_at: Mapped[datetime]
    empty: Mapped[bool] = mapped_column(default=False)
    content: Mapped[DigestContent] = mapped_column(JSON, deferred=True)  # large, and of use to few
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
    promotion: Mapped[Promotion] = relationship()
    texts: Mapped[list[DigestText]] = relationship(cascade="all, delete-orphan")


class DigestNote(Model):
    """What the coordination says of a digest once it is issued, shown beside it with its day; of a team, or of all.

    `of_change`: it says that a text was corrected or withdrawn, and stays as long as the digest does.
    """

    __tablename__ = "digest_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    of_change: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    team: Mapped[Team | None] = relationship()


class DigestText(Model):
    """A digest in one language: the body that both the letter and the page show."""

    __tablename__ = "digest_texts"
    __table_args__ = (UniqueConstraint("digest_id", "locale"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"))
    locale: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class Recipient(Model):
    """A member as counted at the freeze of a digest, with a letter or with the reason for none."""

    __tablename__ = "recipients"

    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[Role] = mapped_column(enum_column(Role))
    exclusion: Mapped[Exclusion | None] = mapped_column(enum_column(Exclusion))
    membership: Mapped[Membership] = relationship()
