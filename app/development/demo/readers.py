"""How the members of the demonstration read digests, answer the month's question, and choose on automatic marking.

Their habits are assigned in turn from the tables below; the rows are added at once, as their pages would make them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import func, select

from app.database import db
from app.development.demo.schedule import answered_on, decided_at, read_on, seeded_random
from app.digests.models import Digest, Recipient
from app.readership.consent import TEXT_VERSION, Choice, ConsentPlace
from app.readership.figures.months import is_final
from app.readership.models import Consent, MonthAnswer, Origin, ReadMark
from app.readership.survey import Habit
from app.teams.models import Membership, Promotion
from app.teams.roles import Role
from app.weeks import Week

# The probability that a member reads a digest: in a month, nine EIGs in ten and six mentors in ten do.
READING = {
    Role.EIG: (0.95, 0.6, 0.95, 0.4, 0.95, 0.6, 0.1, 0.95, 0.7, 0.4),
    Role.MENTOR: (0.9, 0.0, 0.5, 0.25, 0.05, 0.9, 0.25, 0.5, 0.0, 0.05),
    Role.COORDINATOR: (0.95,),
}
YES, NO, SILENT = Choice.GRANTED, Choice.DENIED, None
CHOICES = {
    Role.EIG: (SILENT, YES, YES, SILENT, NO, YES, SILENT, YES, SILENT, YES),
    Role.MENTOR: (YES, SILENT, SILENT, YES, NO, SILENT, SILENT, YES, SILENT, SILENT),
    Role.COORDINATOR: (SILENT,),
}
ANSWERING = {Role.EIG: 0.9, Role.MENTOR: 0.6, Role.COORDINATOR: 0.0}  # the probability of answering a month's question
HABITS = {
    0.8: Habit.WEEKLY,
    0.55: Habit.TWICE,
    0.3: Habit.ONCE,
    0.05: Habit.RARELY,
}  # by the least probability of reading

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class DemoReader:
    """A member and their habits. `place` counts from 0 among those of the role: the first is whom one signs in as."""

    member: Membership
    place: int

    @property
    def email(self) -> str:
        return self.member.person.email or ""

    @property
    def reading(self) -> float:
        """Give the probability that they read a digest."""
        return self._own(READING[self.member.role])

    @property
    def choice(self) -> Choice | None:
        """Give their choice on automatic marking; None: not made so far."""
        return self._own(CHOICES[self.member.role])

    @property
    def answering(self) -> float:
        """Give the probability that they answer the question of a month."""
        return ANSWERING[self.member.role]

    @property
    def habit(self) -> Habit:
        """Give their answer."""
        return next((habit for least, habit in HABITS.items() if self.reading >= least), Habit.NEVER)

    def _own(self, items: tuple[Item, ...]) -> Item:
        return items[self.place % len(items)]


def add_reads(promotion: Promotion, now: datetime) -> None:
    """Add what everybody read, chose on automatic marking and answered up to `now`. Does not commit."""
    readers, today = _readers(promotion), promotion.today(now)
    consents = [consent for consent in _consents(promotion, readers) if consent.at <= now]
    automatic_from = {
        consent.membership_id: promotion.today(consent.at) for consent in consents if consent.choice is Choice.GRANTED
    }
    marks = [mark for mark in _marks(promotion, readers, automatic_from) if mark.day <= today]
    db.session.add_all([*consents, *marks, *_answers(promotion, readers, today)])


def _readers(promotion: Promotion) -> list[DemoReader]:
    readers, count = [], Counter[Role]()
    query = select(Membership).where(Membership.promotion_id == promotion.id).order_by(Membership.id)
    for member in db.session.scalars(query):
        readers.append(DemoReader(member, count[member.role]))
        count[member.role] += 1
    return readers


def _consents(promotion: Promotion, readers: Sequence[DemoReader]) -> Iterator[Consent]:
    """Yield their choices, made on the page of one of their first digests."""
    query = select(Recipient.membership_id, func.min(Digest.issued_at).label("first_issued_at"))
    query = query.join(Digest, Digest.id == Recipient.digest_id).group_by(Recipient.membership_id)
    rows = db.session.execute(query.where(Digest.promotion_id == promotion.id))
    first_issued = {row.membership_id: row.first_issued_at for row in rows}
    for reader in readers:
        if reader.choice and reader.member.id in first_issued:
            yield Consent(
                membership_id=reader.member.id,
                choice=reader.choice,
                at=decided_at(first_issued[reader.member.id], seeded_random("consent", reader.email)),
                text_version=TEXT_VERSION,
                place=ConsentPlace.DIGEST,
            )


def _marks(
    promotion: Promotion, readers: Sequence[DemoReader], automatic_from: Mapping[int, date]
) -> Iterator[ReadMark]:
    """Yield the reads: automatic after the day in `automatic_from` (by membership), by hand before and for others."""
    by_member, first = {reader.member.id: reader for reader in readers}, Week.of(promotion.starts_on)
    query = select(Digest, Recipient.membership_id).join(Recipient, Recipient.digest_id == Digest.id)
    for digest, member in db.session.execute(query.where(Digest.promotion_id == promotion.id)):
        reader = by_member[member]
        random = seeded_random(reader.email, digest.week - first)
        day = read_on(promotion.today(digest.issued_at), random)
        origin = Origin.AUTO if day > automatic_from.get(member, date.max) else Origin.DECLARED
        if random.random() < reader.reading:
            yield ReadMark(digest_id=digest.id, membership_id=member, day=day, origin=origin)


def _answers(promotion: Promotion, readers: Sequence[DemoReader], today: date) -> Iterator[MonthAnswer]:
    """Yield the answers to the months' questions; the first of each role has yet to answer an open one."""
    week, last = Week.of(promotion.starts_on), Week.of(promotion.ends_on)
    while week <= Week.of(today):
        if promotion.timetable.ends_month(week, last) and (month := promotion.timetable.month(week)):
            for reader in readers:
                random = seeded_random("answer", reader.email, month)
                day = answered_on(week, random)
                asked = reader.member.is_current(day) and (reader.place or is_final(month, today))
                if asked and day <= today and random.random() < reader.answering:
                    yield MonthAnswer(membership_id=reader.member.id, month=month, habit=reader.habit)
        week = week.next
