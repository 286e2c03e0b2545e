"""The rows that the figures are made from: a number of queries that does not grow with members, weeks or months."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import Row, Select, String, func, select, type_coerce

from app.database import db
from app.digests.models import Digest, Recipient
from app.readership.consent import ConsentEvent, granted_on
from app.readership.figures.monthly import CountedMember, DigestsByMonth, Group, IssuedDigest, MonthRows
from app.readership.figures.months import counts_until
from app.readership.models import Consent, MonthAnswer, Origin, ReadMark
from app.readership.survey import Habit
from app.teams.models import Membership, Promotion
from app.teams.roles import Role

Columns = TypeVarTuple("Columns")

GROUPS = {Role.EIG: Group.EIG, Role.MENTOR: Group.MENTOR}  # coordinators and alumni are outside the figures


def issued_by_month(promotion: Promotion, now: datetime) -> DigestsByMonth:
    """Return the digests issued so far that are not empty, by the first day of their month, earliest week first."""
    query = (
        select(Digest.month, Digest.id, Digest.issued_at)
        .where(Digest.promotion_id == promotion.id, ~Digest.empty, Digest.issued_at <= now)
        .order_by(Digest.week)
    )
    months: dict[date, tuple[IssuedDigest, ...]] = {}
    for month, digest, issued_at in db.session.execute(query):
        months[month] = (*months.get(month, ()), IssuedDigest(digest, promotion.today(issued_at)))
    return months


def month_rows(promotion: Promotion, months: DigestsByMonth, today: date) -> dict[date, MonthRows]:
    """Return the rows of each of `months`, given with their digests; `today` in the promotion's zone."""
    counted = _counted([issued.digest for digests in months.values() for issued in digests])
    first_declared, consents = _first_declared(promotion.id), _consents(promotion)
    answers = _answers(promotion.id, months)
    return {
        month: MonthRows(
            until=counts_until(month, today),
            digests=digests,
            counted=tuple(row for issued in digests for row in counted[issued.digest]),
            first_declared=first_declared,
            automatic=granted_on(consents, counts_until(month, today)),
            answers=answers[month],
        )
        for month, digests in months.items()
    }


def _counted(digests: Collection[int]) -> dict[int, list[CountedMember]]:
    """Everyone counted at the freeze of each of `digests`, with the day of their mark."""
    marked = (
        (ReadMark.digest_id == Recipient.digest_id)
        & (ReadMark.membership_id == Recipient.membership_id)
        & ReadMark.digest_id.in_(digests)  # says it again: PostgreSQL would read the marks of every digest
    )
    query = (
        select(Recipient.digest_id, Recipient.membership_id, type_coerce(Recipient.role, String), ReadMark.day)
        .outerjoin(ReadMark, marked)
        .where(Recipient.digest_id.in_(digests))
    )
    groups = {role.value: group for role, group in GROUPS.items()}
    rows: dict[int, list[CountedMember]] = {digest: [] for digest in digests}
    for digest, membership, role, day in _rows(query):
        rows[digest].append(CountedMember(digest, membership, groups.get(role), day))
    return rows


def _first_declared(promotion_id: int) -> dict[int, date]:
    """Return the first day on which members of the promotion marked a digest themselves."""
    first = (
        select(func.min(ReadMark.day))
        .where(ReadMark.membership_id == Membership.id, ReadMark.origin == Origin.DECLARED)
        .scalar_subquery()
    )
    query = select(Membership.id, first).where(Membership.promotion_id == promotion_id)
    return {membership: day for membership, day in _rows(query) if day}


def _consents(promotion: Promotion) -> list[ConsentEvent]:
    """Return what the members of the promotion chose about automatic marking, in the order of time."""
    query = (
        select(Consent.membership_id, Consent.at, Consent.choice)
        .join(Membership, Membership.id == Consent.membership_id)
        .where(Membership.promotion_id == promotion.id)
        .order_by(Consent.at, Consent.id)
    )
    return [ConsentEvent(membership, promotion.today(at), choice) for membership, at, choice in _rows(query)]


def _answers(promotion_id: int, months: Collection[date]) -> dict[date, dict[int, Habit]]:
    """Return what members answered to the question of each of `months`, by membership."""
    query = (
        select(MonthAnswer.month, MonthAnswer.membership_id, MonthAnswer.habit)
        .join(Membership, Membership.id == MonthAnswer.membership_id)
        .where(Membership.promotion_id == promotion_id, MonthAnswer.month.in_(months))
    )
    answers: dict[date, dict[int, Habit]] = {month: {} for month in months}
    for month, membership, habit in _rows(query):
        answers[month][membership] = habit
    return answers


def _rows(query: Select[*Columns]) -> Sequence[Row[*Columns]]:
    """Return the rows of `query`, straight from the connection: thousands cost half of what a session makes of them."""
    return db.session.connection().execute(query).all()
