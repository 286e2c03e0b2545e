"""What a writer gets: a week after a digest, how many have read it, counted once and kept; never who."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func, select

from app.bulletins.models import Bulletin
from app.database import db
from app.digests.models import Digest, Recipient
from app.readership.figures.disclosure import publishable_sum
from app.readership.figures.queries import GROUPS
from app.readership.models import ReadMark, StoredReaders
from app.teams.locking import lock_if_due
from app.teams.models import Promotion, Team
from app.weeks import Week

COUNTED_AFTER = timedelta(days=7)

LATEST = (
    select(Digest.week, StoredReaders.at_least)
    .join(Digest, Digest.id == StoredReaders.digest_id)
    .join(Bulletin, (Bulletin.told_in == Digest.week) & (Bulletin.team_id == bindparam("team")))
    .where(Digest.promotion_id == bindparam("promotion"))
    .order_by(Digest.week.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Thanks:
    """The digest of `week`, in which a team wrote, was read by at least so many."""

    week: Week
    readers: int


def thank_writers(promotion: Promotion, now: datetime) -> int:
    """Count, once, the readers of every digest issued a week ago or earlier; gives how many digests were counted."""
    due = lock_if_due(promotion.id, lambda: _due(promotion, now))
    if not due:
        return 0
    for digest in due:
        until = promotion.today(digest.issued_at + COUNTED_AFTER) - timedelta(days=1)  # whole days, whoever counts when
        db.session.add(StoredReaders(digest_id=digest.id, at_least=_readers(digest.id, until)))
    db.session.commit()
    return len(due)


def latest_thanks(team: Team) -> Thanks | None:
    """What the team is told of the latest digest that told one of its bulletins and could be counted."""
    found = db.session.execute(LATEST, {"team": team.id, "promotion": team.promotion_id}).first()
    week, readers = found or (None, None)
    return Thanks(week, readers) if week and readers else None


def _due(promotion: Promotion, now: datetime) -> list[Digest]:
    query = (
        select(Digest)
        .outerjoin(StoredReaders, StoredReaders.digest_id == Digest.id)
        .where(Digest.promotion_id == promotion.id, ~Digest.empty, StoredReaders.digest_id.is_(None))
        .where(Digest.issued_at <= now - COUNTED_AFTER)
    )
    return list(db.session.scalars(query))


def _readers(digest_id: int, until: date) -> int | None:
    """How many EIGs and mentors had read the digest by the end of that day, as far as it may be said."""
    query = (
        select(Recipient.role, func.count(), func.count(ReadMark.day))
        .outerjoin(
            ReadMark,
            (ReadMark.digest_id == Recipient.digest_id)
            & (ReadMark.membership_id == Recipient.membership_id)
            & (ReadMark.day <= until),
        )
        .where(Recipient.digest_id == digest_id, Recipient.role.in_(list(GROUPS)))
        .group_by(Recipient.role)
    )
    return publishable_sum([(read, counted) for _role, counted, read in db.session.execute(query)])
