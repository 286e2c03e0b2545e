"""The rows that the figures are made from: a number of queries that does not grow with members, weeks or months."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import Date, Row, Select, String, case, func, literal, select, type_coerce

from app.database import db
from app.digests.models import Digest, Recipient
from app.readership.consent import ConsentEvent, granted_on
from app.readership.figures.monthly import (
    CountedMember,
    DigestsByMonth,
    Group,
    IssuedDigest,
    MonthRows,
    digests_by,
    first_shown_on,
    settling_digests,
)
from app.readership.figures.months import counts_until, is_final
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


def month_rows(
    promotion: Promotion, months: DigestsByMonth, today: date, settled_on: Mapping[date, date | None]
) -> dict[date, MonthRows]:
    """Return the rows of each of `months`, given with their digests; `today` in the promotion's zone.

    `settled_on`: as of which day the figures of a month were first shown. An open month without one is shown now;
    a final one never was while it was open.
    """
    until = {month: counts_until(month, today) for month in months}
    settled = {
        month: settled_on.get(month) or (None if is_final(month, today) else first_shown_on(digests, until[month]))
        for month, digests in months.items()
    }
    counted = _counted(months, until, settled)
    first_declared, consents = _first_declared(promotion.id), _consents(promotion)
    answers = _answers(promotion.id, months)
    return {
        month: MonthRows(
            until=until[month],
            digests=digests,
            counted=tuple(counted[month]),
            settled_on=settled[month],
            first_declared=first_declared,
            automatic=granted_on(consents, until[month]),
            answers=answers[month],
        )
        for month, digests in months.items()
    }


def _counted(
    months: DigestsByMonth, until: Mapping[date, date], settled: Mapping[date, date | None]
) -> dict[date, list[CountedMember]]:
    """Everyone counted at the freeze of a digest of `months`, by month, with what they have read of it.

    The database counts: a row a member and month costs a quarter of a row a member and digest.
    """
    rows: dict[date, list[CountedMember]] = {month: [] for month in months}
    if not months:
        return rows
    settling = {m: settling_digests(digests, until[m], settled[m]) for m, digests in months.items()}
    read = [digest for m, digests in months.items() for digest in digests_by(digests, until[m])]
    marked = (
        (ReadMark.digest_id == Recipient.digest_id)
        & (ReadMark.membership_id == Recipient.membership_id)
        & (ReadMark.day <= case(*[(Digest.month == m, literal(day, Date)) for m, day in until.items()]))
        & ReadMark.digest_id.in_(read)  # says it again: PostgreSQL would read the marks of every digest
    )
    settles = Recipient.digest_id.in_([digest for digests in settling.values() for digest in digests])
    is_last = Recipient.digest_id.in_([digests[-1] for digests in settling.values()])
    query = (
        select(
            Digest.month,
            Recipient.membership_id,
            func.max(case((is_last, type_coerce(Recipient.role, String)))),
            func.count(case((settles, Recipient.digest_id))),
            func.count(ReadMark.day),
        )
        .join(Digest, Digest.id == Recipient.digest_id)
        .outerjoin(ReadMark, marked)
        .where(Recipient.digest_id.in_([issued.digest for digests in months.values() for issued in digests]))
        .group_by(Digest.month, Recipient.membership_id)
    )
    groups = {role.value: group for role, group in GROUPS.items()}
    for month, membership, role, counted, marks in _rows(query):
        rows[month].append(CountedMember(membership, groups.get(role), counted, marks))
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
