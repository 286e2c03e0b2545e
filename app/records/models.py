"""The milestones of a promotion; the records of its teams at each, with every version; what a milestone leaves out."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.records.vocabulary import SurveyPublic
from app.teams.models import Team


class Milestone(Model):
    """A day on which it is told what has become of the challenges: `mid`, `end`, `after-N` (N months after).

    Teams answer from `opens_on` to the end of `closes_on`, in the promotion's zone. A milestone without these days
    was imported only: nobody can answer it here. `records` are those that were sent: no other counts. `link_epoch`
    stands in the links to its records; when it grows, those that were given out before end.
    """

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("promotion_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(12))
    day: Mapped[date]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    link_epoch: Mapped[int] = mapped_column(default=1)
    records: Mapped[list[ChallengeRecord]] = relationship(
        back_populates="milestone",
        cascade="all, delete-orphan",
        primaryjoin="and_(Milestone.id == ChallengeRecord.milestone_id, ChallengeRecord.sent_at.is_not(None))",
    )
    exclusions: Mapped[list[MilestoneExclusion]] = relationship(cascade="all, delete-orphan")
    head_counts: Mapped[list[HeadCount]] = relationship(cascade="all, delete-orphan")
    surveys: Mapped[list[PublishedSurvey]] = relationship(cascade="all, delete-orphan")


class ChallengeRecord(Model):
    """The record of one team at one milestone; `content` is a `TeamRecord` as a document, that of its last version.

    It counts from `sent_at` on, when somebody first sent it; before that it is begun, and only its team sees it.
    """

    __tablename__ = "challenge_records"
    __table_args__ = (UniqueConstraint("milestone_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    revision: Mapped[int] = mapped_column(default=1)
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    milestone: Mapped[Milestone] = relationship(back_populates="records")
    team: Mapped[Team] = relationship()
    revisions: Mapped[list[RecordRevision]] = relationship(
        cascade="all, delete-orphan", order_by="RecordRevision.number"
    )


class RecordRevision(Model):
    """A record as it was saved once."""

    __tablename__ = "record_revisions"
    __table_args__ = (UniqueConstraint("record_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("challenge_records.id", ondelete="CASCADE"))
    number: Mapped[int]
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    saved_at: Mapped[datetime]


class MilestoneExclusion(Model):
    """A team that no figure of a milestone counts, and why."""

    __tablename__ = "milestone_exclusions"
    __table_args__ = (UniqueConstraint("milestone_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    team: Mapped[Team] = relationship()


class HeadCount(Model):
    """How many EIGs a team had, where that is not what the roster says."""

    __tablename__ = "milestone_heads"
    __table_args__ = (UniqueConstraint("milestone_id", "team_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    heads: Mapped[int]
    team: Mapped[Team] = relationship()


class MilestoneMailing(Model):
    """What was mailed to those who answer for a team: 0 is the opening, 1 and 2 are the reminders.

    `letters`: to how many people; none, where nobody of the team can be reached.
    """

    __tablename__ = "milestone_mailings"
    __table_args__ = (UniqueConstraint("milestone_id", "team_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(SmallInteger)
    letters: Mapped[int]
    queued_at: Mapped[datetime]


class PublishedSurvey(Model):
    """The counts that were published of a questionnaire not run here; `content` is a `SurveyCounts` as a document."""

    __tablename__ = "published_surveys"
    __table_args__ = (UniqueConstraint("milestone_id", "public"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"))
    public: Mapped[SurveyPublic] = mapped_column(enum_column(SurveyPublic))
    content: Mapped[dict[str, object]] = mapped_column(JSON)
