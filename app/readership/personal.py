"""What one person has read, answered and agreed to: shown to them alone, erased when they ask. Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from app.database import db
from app.digests.models import Digest, Recipient
from app.readership.marking import hold_marks
from app.readership.models import Consent, MonthAnswer, ReadMark
from app.teams.models import Membership, Person, Promotion


@dataclass(frozen=True, slots=True)
class OwnMonth:
    """How many of a month's digests that were for somebody they have read."""

    month: date
    read: int
    issued: int


def reading_by_month(membership: Membership) -> list[OwnMonth]:
    """The member's own reading, latest month first; for that member's own eyes."""
    query = (
        select(Digest.month, ReadMark.day)
        .join(Recipient, (Recipient.digest_id == Digest.id) & (Recipient.membership_id == membership.id))
        .outerjoin(ReadMark, (ReadMark.digest_id == Digest.id) & (ReadMark.membership_id == membership.id))
        .where(~Digest.empty)
    )
    rows = db.session.execute(query).all()
    issued, read = Counter(month for month, _ in rows), Counter(month for month, day in rows if day)
    return [OwnMonth(month, read[month], issued[month]) for month in sorted(issued, reverse=True)]


def kept_about(person: Person) -> dict[str, object]:
    """Every digest they have read, their answers to the month's question, their choices on automatic marking."""
    return {
        "digests_read": _digests_read(person),
        "answers_to_the_months_question": [
            {"promotion": promotion, "month": f"{answer.month:%Y-%m}", "habit": answer.habit}
            for promotion, answer in _of(person, MonthAnswer)
        ],
        "automatic_marking": [
            {
                "promotion": promotion,
                "said": consent.said,
                "at": consent.at,
                "where": consent.place,
                "version_of_the_words": consent.text_version,
            }
            for promotion, consent in _of(person, Consent)
        ],
    }


def erase(person: Person) -> None:
    """Erase all of it. What was counted for a month that is frozen stays counted: a number, of nobody."""
    for member in person.memberships:
        hold_marks(member.id)
    own = select(Membership.id).where(Membership.person_id == person.id)
    for table in (ReadMark, MonthAnswer, Consent):
        db.session.execute(delete(table).where(table.membership_id.in_(own)))


def _digests_read(person: Person) -> list[dict[str, object]]:
    query = (
        select(Promotion.name, Digest.week, ReadMark.day, ReadMark.origin)
        .join(Digest, Digest.id == ReadMark.digest_id)
        .join(Promotion, Promotion.id == Digest.promotion_id)
        .join(Membership, Membership.id == ReadMark.membership_id)
        .where(Membership.person_id == person.id)
        .order_by(Promotion.id, Digest.week)
    )
    return [
        {"promotion": promotion, "week": week, "day": day, "origin": origin}
        for promotion, week, day, origin in db.session.execute(query)
    ]


def _of(person: Person, table: type[MonthAnswer] | type[Consent]) -> Iterator[tuple[str, Any]]:
    """The person's rows of `table`, in their order, each with the name of its promotion."""
    query = (
        select(Promotion.name, table)
        .select_from(table)
        .join(Membership, Membership.id == table.membership_id)
        .join(Membership.promotion)
        .where(Membership.person_id == person.id)
    )
    rows = db.session.execute(query.order_by(*table.__table__.primary_key))
    return ((promotion, row) for promotion, row in rows)
