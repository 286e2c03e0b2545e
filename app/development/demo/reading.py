"""Who has read which digest of the demonstration: most EIGs nearly every week, half of the mentors at times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from app.database import db
from app.development.demo.moments import chance, read_on
from app.digests.models import Digest, Recipient
from app.readership.models import Origin, ReadMark
from app.teams.models import Membership, Person, Promotion, Role
from app.weeks import Week

# The chance that a member reads a digest, dealt out in turn: in a month, nine EIGs in ten and six mentors in ten do.
HABITS = {
    Role.EIG: (0.95, 0.6, 0.95, 0.4, 0.95, 0.6, 0.1, 0.95, 0.7, 0.4),
    Role.MENTOR: (0.9, 0.0, 0.5, 0.25, 0.05, 0.9, 0.25, 0.5, 0.0, 0.05),
    Role.COORDINATOR: (0.95,),
}


def read_digests(promotion: Promotion, today: date) -> int:
    """Record the reads of the issued digests up to `today`; gives how many. Does not commit."""
    marks = list(_marks(promotion, today))
    if marks:
        db.session.execute(insert(ReadMark), marks)
    return len(marks)


def _marks(promotion: Promotion, today: date) -> Iterator[dict[str, Any]]:
    habits, first = _habits(promotion), Week.of(promotion.starts_on)
    query = select(Digest, Recipient.membership_id, Person.email).join(Recipient, Recipient.digest_id == Digest.id)
    query = query.join(Membership, Membership.id == Recipient.membership_id).join(Membership.person)
    for digest, member, email in db.session.execute(query.where(Digest.promotion_id == promotion.id)):
        die = chance(email, digest.week - first)
        day = read_on(promotion.today(digest.issued_at), die)
        if die.random() < habits[member] and day <= today:
            yield {"digest_id": digest.id, "membership_id": member, "day": day, "origin": Origin.DECLARED}


def _habits(promotion: Promotion) -> dict[int, float]:
    """Each member's chance to read a digest."""
    query = select(Membership).where(Membership.promotion_id == promotion.id).order_by(Membership.id)
    by_role: dict[Role, list[int]] = defaultdict(list)
    for member in db.session.scalars(query):
        by_role[member.role].append(member.id)
    return {
        member: HABITS[role][place % len(HABITS[role])]
        for role, members in by_role.items()
        for place, member in enumerate(members)
    }
