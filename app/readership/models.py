"""Who has read which digest, what readers answered and agreed to, and the counts that stay when these are erased."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TypedDict

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model, enum_column
from app.readership.consent import Choice, ConsentPlace
from app.readership.survey import Habit


class Origin(StrEnum):
    """How a read was recorded."""

    DECLARED = "declared"
    AUTO = "auto"


class ReadMark(Model):
    """One member has read one digest. No hour, no IP address, no browser."""

    __tablename__ = "read_marks"
    __table_args__ = (Index("ix_read_marks_membership_id_origin_day", "membership_id", "origin", "day"),)

    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date]
    origin: Mapped[Origin] = mapped_column(enum_column(Origin))


class MonthAnswer(Model):
    """What a member answered to the question of a month; changed at will until the month is final."""

    __tablename__ = "month_answers"

    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    habit: Mapped[Habit] = mapped_column(enum_column(Habit))


class Consent(Model):
    """A member switched automatic marking on or off: one row each time, so that the latest one holds."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
    choice: Mapped[Choice] = mapped_column(enum_column(Choice))
    at: Mapped[datetime]
    text_version: Mapped[int]  # of the text that was shown
    place: Mapped[ConsentPlace] = mapped_column(enum_column(ConsentPlace))


class CountsJson(TypedDict):
    """The `GroupCounts` of one group."""

    classes: list[int]
    measurable: int
    answers: list[int]
    absent: list[int]
    always: int | None


class StoredCounts:
    """The true counts of both groups as computed once, which `disclosure.py` makes publishable."""

    until: Mapped[date]  # the last day whose marks count
    settled_on: Mapped[date | None]  # as of which day they were first shown, where more were to come
    rule_version: Mapped[int]
    computed_at: Mapped[datetime]
    eig: Mapped[CountsJson] = mapped_column(JSON)
    mentor: Mapped[CountsJson] = mapped_column(JSON)


class StoredMonth(StoredCounts, Model):
    """The counts of a month: computed every night while it is open, and never again once it is final."""

    __tablename__ = "stored_months"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    frozen_at: Mapped[datetime | None]


class StoredPeriod(StoredCounts, Model):
    """The counts of a promotion's complete months together; `until` is that of the last of these."""

    __tablename__ = "stored_periods"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True)
    months: Mapped[list[str]] = mapped_column(JSON)  # those it is made of, such as 2019-03
    marks_erased_at: Mapped[datetime | None]  # from then on nothing can be computed anew


class ErasedReading(Model):
    """What erased members had read, as counts in figures that were shown with them; of a month until it is final.

    `whole`: of the promotion's complete months together, for those whose first month was `month`.
    """

    __tablename__ = "erased_reading"

    promotion_id: Mapped[int] = mapped_column(ForeignKey("promotions.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    group: Mapped[str] = mapped_column(String(6), primary_key=True)
    whole: Mapped[bool] = mapped_column(primary_key=True)
    read: Mapped[list[int]] = mapped_column(JSON)  # members by the number of digests read; by habit, where `whole`
    measurable: Mapped[int]
    answers: Mapped[list[int]] = mapped_column(JSON)
    always: Mapped[int]


class StoredReaders(Model):
    """How many read a digest within a week, as shown to those who wrote in it; None where that may not be published."""

    __tablename__ = "stored_readers"

    digest_id: Mapped[int] = mapped_column(ForeignKey("digests.id", ondelete="CASCADE"), primary_key=True)
    at_least: Mapped[int | None]
