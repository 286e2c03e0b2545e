"""Digests that members of the first promotion have not read yet, and their links to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.database import db
from app.digests.models import Digest, Recipient
from app.digests.reader_links import READER
from app.readership.models import ReadMark
from app.security import sign
from app.teams.models import Membership, Promotion
from app.weeks import Week
from tests.bench.years import AUTOMATIC, LAST


@dataclass(frozen=True)
class Unread:
    """A digest that a member has not read, and its page."""

    membership: int
    person: int
    digest: int
    page: str


def unread(weeks_ago: range) -> Iterator[Unread]:
    """Those of so many weeks ago, of the members who have not switched automatic marking on."""
    query = (
        select(Membership.id, Membership.person_id, Digest.id, Promotion.slug, Digest.week)
        .join(Recipient, Recipient.membership_id == Membership.id)
        .join(Digest, Digest.id == Recipient.digest_id)
        .join(Promotion, Promotion.id == Membership.promotion_id)
        .outerjoin(ReadMark, (ReadMark.digest_id == Digest.id) & (ReadMark.membership_id == Membership.id))
        .where(Promotion.id == select(func.min(Promotion.id)).scalar_subquery(), ReadMark.day.is_(None))
        .where(Membership.id % AUTOMATIC != 0)
        .where(Digest.week.in_([LAST + -ago for ago in weeks_ago]))
        .order_by(Digest.week, Membership.id)
    )
    rows = db.session.execute(query).all()
    return (Unread(member, person, digest, _page(slug, week)) for member, person, digest, slug, week in rows)


def link_to(one: Unread) -> str:
    """The token that the member's letter carries."""
    return sign(READER, [one.digest, one.membership])


def count_marks() -> int:
    """How many marks there are, as of now."""
    db.session.rollback()
    marks = db.session.scalar(select(func.count()).select_from(ReadMark)) or 0
    db.session.rollback()
    return marks


def _page(slug: str, week: Week) -> str:
    return f"/{slug}/digests/{week}"
