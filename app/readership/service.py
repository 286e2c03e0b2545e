"""What a member has read and what waits for them. A member sees their own marks only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import undefer

from app.database import db
from app.digests.models import Digest, Recipient
from app.readership.models import ReadMark
from app.readership.retention import is_kept
from app.teams.models import Membership
from app.weeks import Week

UNREAD_SHOWN = 8

MARKED = exists().where(ReadMark.digest_id == Digest.id, ReadMark.membership_id == bindparam("member"))
UNREAD = (
    select(Digest.week)
    .join(Recipient, Recipient.digest_id == Digest.id)
    .where(Recipient.membership_id == bindparam("member"), ~Digest.empty, ~MARKED)
    .order_by(Digest.week.desc())
    .limit(UNREAD_SHOWN)
)


def has_read(membership: int, digest: int) -> bool:
    """Whether the member has marked the digest, by their numbers; for that member's own eyes."""
    query = select(ReadMark.day).where(ReadMark.digest_id == digest, ReadMark.membership_id == membership)
    return db.session.scalar(query) is not None


def unread_weeks(membership: Membership, now: datetime) -> list[Week]:
    """The weeks of the latest digests that were for the member and carry no mark of theirs, newest first.

    None once marks are kept no longer: the absence of one says nothing any more.
    """
    if not is_kept(membership.promotion, now):
        return []
    return list(db.session.scalars(UNREAD, {"member": membership.id}))


def digests_of(membership: Membership) -> list[tuple[Digest, bool]]:
    """Every digest of the member's promotion with whether they have read it, newest first."""
    query = (
        select(Digest, ReadMark.day)
        .options(undefer(Digest.content))  # who wrote is told of each
        .outerjoin(ReadMark, (ReadMark.digest_id == Digest.id) & (ReadMark.membership_id == membership.id))
        .where(Digest.promotion_id == membership.promotion_id)
        .order_by(Digest.week.desc())
    )
    return [(digest, day is not None) for digest, day in db.session.execute(query)]
