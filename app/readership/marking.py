"""Recording that a member has read a digest: one row, a day, nothing else.

Hundreds mark at once, so every statement here is made once and runs below the ORM.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Date, Insert, bindparam, literal, select, true, update
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.insert_once import insert_once
from app.readership.consent import Choice
from app.readership.models import Consent, Origin, ReadMark
from app.teams.members import belong_on
from app.teams.models import Membership

ON = bindparam("on", type_=Date)
MEMBER = select(Membership.id).where(Membership.id == bindparam("member"))
SHARED = MEMBER.with_for_update(read=True, key_share=True)  # as the foreign key of a mark does
LATEST_CHOICE = (
    select(Consent.said)
    .where(Consent.membership_id == bindparam("member"))
    .order_by(Consent.at.desc(), Consent.id.desc())
    .limit(1)
    .scalar_subquery()
)
COLUMNS = (ReadMark.digest_id, ReadMark.membership_id, ReadMark.day, ReadMark.origin)
TAKEN_OVER = (
    update(ReadMark)
    .where(ReadMark.digest_id == bindparam("digest"), ReadMark.membership_id == bindparam("member"))
    .where(ReadMark.origin == Origin.AUTO)
    .values(origin=Origin.DECLARED)
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A member has read a digest, on a day of the promotion's."""

    digest: int
    membership: int
    day: date


def hold_marks(membership: int) -> None:
    """Let nobody mark for the member until the transaction ends; on SQLite whoever writes is alone anyway."""
    db.session.connection().execute(MEMBER.with_for_update(), {"member": membership})


def mark_by_hand(mark: Mark) -> bool:
    """Record a read that its reader says; whether it is the first. A second one changes nothing.

    One made automatically becomes one by hand, which a withdrawal of consent leaves alone.
    """
    return _recorded(mark, Origin.DECLARED)


def mark_by_itself(mark: Mark) -> bool:
    """Record a read that a page tells, if its reader agrees to that as the row is written; whether it is the first."""
    return _recorded(mark, Origin.AUTO)


def _recorded(mark: Mark, origin: Origin) -> bool:
    connection, key = db.session.connection(), {"digest": mark.digest, "member": mark.membership}
    dialect = connection.dialect.name
    if origin is Origin.AUTO and dialect == "postgresql":  # or a withdrawal under way would not be seen
        connection.execute(SHARED, {"member": mark.membership})
    insert = _insert(dialect, origin)
    try:
        result = connection.execute(insert, {**key, "on": mark.day}, execution_options={"preserve_rowcount": True})
    except IntegrityError:  # the digest went a moment ago
        db.session.rollback()
        return False
    if not (first := result.rowcount == 1) and origin is Origin.DECLARED:
        connection.execute(TAKEN_OVER, key)
    db.session.commit()
    return first


@cache
def _insert(dialect: str, origin: Origin) -> Insert:
    """Of two taps at once the database lets one be the first. Whether the reader still belongs to the promotion, and a
    page's consent, are asked as the row is written.
    """
    row = select(
        bindparam("digest", type_=ReadMark.digest_id.type), Membership.id, ON, literal(origin, ReadMark.origin.type)
    ).where(Membership.id == bindparam("member"), belong_on(ON))
    agreed = true() if origin is Origin.DECLARED else LATEST_CHOICE == Choice.GRANTED
    return insert_once(dialect, ReadMark, "digest_id", "membership_id").from_select(
        COLUMNS, row.where(agreed).with_for_update(read=True, key_share=True)
    )
