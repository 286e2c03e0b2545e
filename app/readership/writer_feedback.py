"""What writers get: a week after a digest, how many have read it, counted once and stored; never who."""

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
    .join(Bulletin, (Bulletin.published_in == Digest.week) & (Bulletin.team_id == bindparam("team")))
    .where(Digest.promotion_id == bindparam("promotion"), Digest.issued_at <= bindparam("issued_by"))
    .order_by(Digest.week.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class WriterFeedback:
    """The digest of `week`, which has a bulletin of the team, was read by at least so many."""

    week: Week
    readers: int


def store_readers(promotion: Promotion, now: datetime, *, before_erasure: bool = False) -> int:
    """Count, once, the readers of every digest issued a week ago or earlier; return how many digests were counted.

    `before_erasure`: of every digest, as of last midnight, because somebody is about to be erased. The number would
    otherwise lack them, and laid beside the month's figures tell what they had read. Commits.
    """
    due = lock_if_due(promotion.id, lambda: _due(promotion, now if before_erasure else now - COUNTED_AFTER))
    if not due:
        return 0
    yesterday = promotion.today(now) - timedelta(days=1)
    for digest in due:
        # Whole days: the number is the same whenever the job comes round to it.
        until = min(promotion.today(digest.issued_at + COUNTED_AFTER) - timedelta(days=1), yesterday)
        db.session.add(StoredReaders(digest_id=digest.id, at_least=_count_readers(digest.id, until)))
    db.session.commit()
    return len(due)


def latest_feedback(team: Team, now: datetime) -> WriterFeedback | None:
    """Return the readers of the latest digest with a bulletin of the team that was counted; None without a number."""
    values = {"team": team.id, "promotion": team.promotion_id, "issued_by": now - COUNTED_AFTER}
    row = db.session.execute(LATEST, values).first()
    week, readers = row or (None, None)
    return WriterFeedback(week, readers) if week and readers else None


def _due(promotion: Promotion, issued_by: datetime) -> list[Digest]:
    query = (
        select(Digest)
        .outerjoin(StoredReaders, StoredReaders.digest_id == Digest.id)
        .where(Digest.promotion_id == promotion.id, ~Digest.empty, StoredReaders.digest_id.is_(None))
        .where(Digest.issued_at <= issued_by)
    )
    return list(db.session.scalars(query))


def _count_readers(digest_id: int, until: date) -> int | None:
    """Return how many EIGs and mentors had read the digest by the end of `until`, as far as it may be published."""
    query = (
        select(func.count(ReadMark.day), func.count())
        .select_from(Recipient)
        .outerjoin(
            ReadMark,
            (ReadMark.digest_id == Recipient.digest_id)
            & (ReadMark.membership_id == Recipient.membership_id)
            & (ReadMark.day <= until),
        )
        .where(Recipient.digest_id == digest_id, Recipient.role.in_(list(GROUPS)))
        .group_by(Recipient.role)
    )
    return publishable_sum([(read, counted) for read, counted in db.session.execute(query)])
