"""Questionnaires as issued, who was asked and has answered, and the urns that hold the answers.

Nothing here says when somebody answered, and nothing of an answer says whose it is or beside which others it was given.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.records.models import Milestone
from app.records.vocabulary import SurveyPublic
from app.teams.models import Membership, Promotion


class Questionnaire(Model):
    """A questionnaire as issued: `content` is its file, `content_hash` the SHA-256 of it, neither ever changed.

    It is answered until the end of `closes_on`, in the promotion's zone, or until it was closed before, on `closed_on`.
    `counted` had answered when `counted_on` began. Members who were erased are counted in `erased_asked` and
    `erased_answered`.
    """

    __tablename__ = "questionnaires"

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("milestones.id", ondelete="SET NULL"))
    public: Mapped[SurveyPublic] = mapped_column(enum_column(SurveyPublic))
    content: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    issued_on: Mapped[date]
    closes_on: Mapped[date]
    closed_on: Mapped[date | None]
    counted: Mapped[int] = mapped_column(default=0)
    counted_on: Mapped[date]
    erased_asked: Mapped[int] = mapped_column(default=0)
    erased_answered: Mapped[int] = mapped_column(default=0)
    promotion: Mapped[Promotion] = relationship()
    milestone: Mapped[Milestone | None] = relationship()

    def is_open(self, today: date) -> bool:
        """Return whether it may be answered on `today`, a day of the promotion's zone."""
        return self.closed_on is None and today <= self.closes_on


class Participation(Model):
    """A member who was asked, and whether they have answered: all that is known of it."""

    __tablename__ = "participations"
    __table_args__ = (UniqueConstraint("questionnaire_id", "membership_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id", ondelete="CASCADE"))
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    answered: Mapped[bool] = mapped_column(default=False)
    questionnaire: Mapped[Questionnaire] = relationship()
    membership: Mapped[Membership] = relationship()


class Urn(Model):
    """All answers to one thing that is counted, in an order that tells nothing: `papers`, plain JSON values."""

    __tablename__ = "urns"
    __table_args__ = (UniqueConstraint("questionnaire_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(140))
    papers: Mapped[list[object]] = mapped_column(JSON)
