"""Recording that a member has read a digest: one row, a day, nothing else. A member sees their own marks only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer

from app.database import db, rows
from app.digests.models import Digest, Recipient
from app.insert_once import insert_once
from app.readership.models import Origin, ReadMark
from app.readership.retention import is_kept
from app.teams.models import Membership
from app.weeks import Week

UNREAD_SHOWN = 8

BY_HAND = (
    update(ReadMark)
    .where(ReadMark.digest_id == bindparam("digest"), ReadMark.membership_id == bindparam("member"))
    .where(ReadMark.origin == Origin.AUTO)
    .values(origin=Origin.DECLARED)
)
MARK = select(ReadMark.day).where(
    ReadMark.digest_id == bindparam("digest"), ReadMark.membership_id == bindparam("member")
)
MARKED = exists().where(ReadMark.digest_id == Digest.id, ReadMark.membership_id == bindparam("member"))
UNREAD = (
    select(Digest.week)
    .join(Recipient, Recipient.digest_id == Digest.id)
    .where(Recipient.membership_id == bindparam("member"), ~Digest.empty, ~MARKED)
    .order_by(Digest.week.desc())
    .limit(UNREAD_SHOWN)
)


def mark_read(membership: Membership, digest: Digest, origin: Origin, now: datetime) -> bool:
    """Record a read; whether it is the first. The day is the promotion's; a second read changes nothing.

    A mark by hand on one made automatically makes it one by hand, which a withdrawal of consent leaves alone.
    """
    if digest.empty or not is_kept(digest.promotion, now):
        return False
    mark = {"digest_id": digest.id, "membership_id": membership.id, "day": digest.promotion.today(now)}
    try:
        first = _insert({**mark, "origin": origin})
    except IntegrityError:  # the member was erased a moment ago
        db.session.rollback()
        return False
    if not first and origin is Origin.DECLARED:
        db.session.connection().execute(BY_HAND, {"digest": digest.id, "member": membership.id})
    db.session.commit()
    return first


def has_read(membership: Membership, digest: Digest) -> bool:
    """Whether the member has marked the digest; for that member's own eyes."""
    return bool(rows(MARK, digest=digest.id, member=membership.id))


def unread_weeks(membership: Membership, now: datetime) -> list[Week]:
    """The weeks of the latest digests that were for the member and carry no mark of theirs, newest first.

    None once marks are kept no longer: the absence of one says nothing any more.
    """
    if not is_kept(membership.promotion, now):
        return []
    return [unread.week for unread in rows(UNREAD, member=membership.id)]


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


def _insert(mark: dict[str, object]) -> bool:
    """Whether there was none yet; of two taps at once the database lets one be the first."""
    connection = db.session.connection()
    insert = insert_once(connection, ReadMark, "digest_id", "membership_id")
    return connection.execute(insert, mark, execution_options={"preserve_rowcount": True}).rowcount == 1
