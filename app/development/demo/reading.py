"""What the members of the demonstration read, agreed to and answered: rows made at once, as their pages would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select

from app.database import db
from app.development.demo.moments import answered_on, chance, decided_at, read_on
from app.development.demo.readers import Reader, readers_of
from app.digests.models import Digest, Recipient
from app.readership.consent import TEXT_VERSION, Choice, Place
from app.readership.figures.months import is_final
from app.readership.models import Consent, MonthAnswer, Origin, ReadMark
from app.teams.models import Promotion
from app.weeks import Week

Row = dict[str, Any]


def read_digests(promotion: Promotion, now: datetime) -> None:
    """Record what everybody read, said about automatic marking and answered up to `now`. Does not commit."""
    readers, today = list(readers_of(promotion)), promotion.today(now)
    consents = [consent for consent in _consents(promotion, readers) if consent["at"] <= now]
    automatic = {row["membership_id"]: promotion.today(row["at"]) for row in consents if row["said"] is Choice.GRANTED}
    _insert(Consent, consents)
    _insert(ReadMark, (row for row in _marks(promotion, readers, automatic) if row["day"] <= today))
    _insert(MonthAnswer, _answers(promotion, readers, today))


def _insert(table: type, rows: Iterable[Row]) -> None:
    if rows := list(rows):
        db.session.execute(insert(table), rows)


def _consents(promotion: Promotion, readers: Sequence[Reader]) -> Iterator[Row]:
    """What they said, on the page of one of their first digests."""
    query = select(Recipient.membership_id, func.min(Digest.issued_at).label("first"))
    query = query.join(Digest, Digest.id == Recipient.digest_id).group_by(Recipient.membership_id)
    query = query.where(Digest.promotion_id == promotion.id)
    issued = {row.membership_id: row.first for row in db.session.execute(query)}
    for reader in readers:
        if reader.choice and reader.member.id in issued:
            at = decided_at(issued[reader.member.id], chance("consent", reader.email))
            shown = {"text_version": TEXT_VERSION, "place": Place.DIGEST}
            yield {"membership_id": reader.member.id, "said": reader.choice, "at": at, **shown}


def _marks(promotion: Promotion, readers: Sequence[Reader], automatic: Mapping[int, date]) -> Iterator[Row]:
    """The reads: by hand, or by themselves for those who allowed it, from the day in `automatic` on."""
    by_member, first = {reader.member.id: reader for reader in readers}, Week.of(promotion.starts_on)
    query = select(Digest, Recipient.membership_id).join(Recipient, Recipient.digest_id == Digest.id)
    for digest, member in db.session.execute(query.where(Digest.promotion_id == promotion.id)):
        reader = by_member[member]
        die = chance(reader.email, digest.week - first)
        day = read_on(promotion.today(digest.issued_at), die)
        origin = Origin.AUTO if day > automatic.get(member, date.max) else Origin.DECLARED
        if die.random() < reader.reading:
            yield {"digest_id": digest.id, "membership_id": member, "day": day, "origin": origin}


def _answers(promotion: Promotion, readers: Sequence[Reader], today: date) -> Iterator[Row]:
    """The answers to the months' questions; those whom one signs in as have yet to answer a question that is open."""
    for week, month in _last_weeks(promotion, Week.of(today)):
        for reader in readers:
            die = chance("answer", reader.email, month)
            day = answered_on(week, die)
            asked = reader.member.is_current(day) and (reader.place or is_final(month, today))
            if asked and day <= today and die.random() < reader.answering:
                yield {"membership_id": reader.member.id, "month": month, "habit": reader.habit}


def _last_weeks(promotion: Promotion, until: Week) -> Iterator[tuple[Week, date]]:
    """The weeks up to `until` in which a month had its last digest, each with its month."""
    week, last = Week.of(promotion.starts_on), Week.of(promotion.ends_on)
    while week <= until:
        if promotion.timetable.ends_month(week, last) and (month := promotion.timetable.month(week)):
            yield week, month
        week = week.next
