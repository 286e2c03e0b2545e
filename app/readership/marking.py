"""Recording that a member has read a digest: one row, a day, nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Date, Select, literal, select, update
from sqlalchemy.exc import IntegrityError

from app.database import db, insert_or_ignore
from app.digests.models import Digest
from app.readership.consent import Choice
from app.readership.models import Consent, Origin, ReadMark
from app.readership.retention import is_kept
from app.teams.members import belong_on
from app.teams.models import Membership


def hold_marks(membership: int) -> None:
    """Let nobody mark for the member until the transaction ends; on SQLite whoever writes is alone anyway."""
    db.session.execute(_member(membership).with_for_update())


def mark_read(membership: Membership, digest: Digest, now: datetime, origin: Origin = Origin.DECLARED) -> bool:
    """Record that the member has read the digest; whether it is their first read of it. The day is the promotion's.

    Nothing is recorded of an empty digest, nor once marks are kept no longer, nor of a member who leaves, is erased, or
    (for an automatic mark) switches automatic marking off meanwhile: all that is asked as the row is written. A mark by
    hand takes the place of an automatic one, so that a withdrawal of consent leaves it alone.
    """
    if digest.empty or not is_kept(digest.promotion, now):
        return False
    digest_id, member_id, day = digest.id, membership.id, digest.promotion.today(now)
    reader = select(literal(digest_id), Membership.id, literal(day, Date), literal(origin, ReadMark.origin.type))
    reader = reader.where(Membership.id == member_id, belong_on(day))
    if origin is Origin.AUTO:
        reader = reader.where(_latest_choice(member_id).scalar_subquery() == Choice.GRANTED)
    columns = (ReadMark.digest_id, ReadMark.membership_id, ReadMark.day, ReadMark.origin)
    insert = insert_or_ignore(ReadMark, "digest_id", "membership_id").from_select(columns, reader)
    try:
        db.session.execute(_member(member_id).with_for_update(read=True, key_share=True))  # waits for `hold_marks`
        first = db.session.scalar(insert.returning(ReadMark.membership_id)) is not None
    except IntegrityError:  # the digest went a moment ago
        db.session.rollback()
        return False
    if not first and origin is Origin.DECLARED:
        own = (ReadMark.digest_id == digest_id) & (ReadMark.membership_id == member_id)
        db.session.execute(update(ReadMark).where(own, ReadMark.origin == Origin.AUTO).values(origin=origin))
    db.session.commit()
    return first


def _member(membership: int) -> Select[int]:
    return select(Membership.id).where(Membership.id == membership)


def _latest_choice(membership: int) -> Select[Choice]:
    latest = select(Consent.said).where(Consent.membership_id == membership)
    return latest.order_by(Consent.at.desc(), Consent.id.desc()).limit(1)
