"""What the coordination prepares of a report, and what it has published: each version as it was, with its files."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.records.models import Milestone
from app.teams.models import Person


class Audience(StrEnum):
    """Who may read what is published: the members of the promotion, or everybody."""

    MEMBERS = "members"
    EVERYBODY = "everybody"


class ReportDraft(Model):
    """What the coordination makes of the article of a milestone; `content` is an `Arrangement` as plain JSON."""

    __tablename__ = "report_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"), unique=True)
    revision: Mapped[int] = mapped_column(default=0)
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    author: Mapped[Person | None] = relationship()


class PublishedReport(Model):
    """One version of a report, never changed.

    `content` holds its document in each language, its figures, and the records that they were counted from; version
    0.3.0 did not keep these. The audience of the last version is that of all of them. `note` says what a version
    corrects.
    """

    __tablename__ = "published_reports"
    __table_args__ = (UniqueConstraint("milestone_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestones.id", ondelete="CASCADE"))
    version: Mapped[int]
    audience: Mapped[Audience] = mapped_column(enum_column(Audience))
    note: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)
    published_at: Mapped[datetime]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    milestone: Mapped[Milestone] = relationship()
    author: Mapped[Person | None] = relationship()
    files: Mapped[list[ReportFile]] = relationship(cascade="all, delete-orphan", order_by="ReportFile.name")


class ReportFile(Model):
    """A file of the open data, as it was when its report was published."""

    __tablename__ = "report_files"
    __table_args__ = (UniqueConstraint("report_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("published_reports.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    data: Mapped[bytes] = mapped_column(LargeBinary)
