"""Record that a member has read a digest: one row, a day, nothing else."""

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


def lock_marks(membership_id: int) -> None:
    """Lock a member's marks until the transaction ends; on SQLite a writing transaction excludes all others anyway."""
    db.session.execute(select(Membership.id).where(Membership.id == membership_id).with_for_update())


def mark_read(membership: Membership, digest: Digest, now: datetime, origin: Origin = Origin.DECLARED) -> bool:
    """Record that the member has read the digest; return whether it is their first read of it. Commits.

    The day is that of `now` in the promotion's zone. Nothing is recorded of an empty digest, nor after the last day on
    which marks are stored, nor of a member who leaves, is erased or (for an automatic mark) withdraws consent by then.
    """
    if digest.empty or not is_kept(digest.promotion, now):
        return False
    digest_id, member_id, day = digest.id, membership.id, digest.promotion.today(now)
    # What may change meanwhile is checked by the very statement that writes the row.
    reader = select(literal(digest_id), Membership.id, literal(day, Date), literal(origin, ReadMark.origin.type))
    reader = reader.where(Membership.id == member_id, belong_on(day))
    if origin is Origin.AUTO:
        reader = reader.where(_latest_choice(member_id).scalar_subquery() == Choice.GRANTED)
    columns = (ReadMark.digest_id, ReadMark.membership_id, ReadMark.day, ReadMark.origin)
    insert = insert_or_ignore(ReadMark, "digest_id", "membership_id").from_select(columns, reader)
    member = select(Membership.id).where(Membership.id == member_id)
    try:
        db.session.execute(member.with_for_update(read=True, key_share=True))  # waits for `lock_marks`
        first = db.session.scalar(insert.returning(ReadMark.membership_id)) is not None
    except IntegrityError:  # the digest was deleted a moment ago
        db.session.rollback()
        return False
    # A declared mark takes the place of an automatic one, so that a withdrawal of consent leaves it alone.
    if not first and origin is Origin.DECLARED:
        own = (ReadMark.digest_id == digest_id) & (ReadMark.membership_id == member_id)
        db.session.execute(update(ReadMark).where(own, ReadMark.origin == Origin.AUTO).values(origin=origin))
    db.session.commit()
    return first


def _latest_choice(membership_id: int) -> Select[Choice]:
    latest = select(Consent.choice).where(Consent.membership_id == membership_id)
    return latest.order_by(Consent.at.desc(), Consent.id.desc()).limit(1)
