"""Automatic marking: a reader switches it on and off, and a page that was read long enough marks its digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, bindparam, delete, select

from app.database import db
from app.digests.models import Digest
from app.readership.attention import is_believable, needed_seconds
from app.readership.consent import TEXT_VERSION, Choice, Place, is_asked
from app.readership.figures.months import is_final
from app.readership.figures.queries import GROUPS
from app.readership.marking import hold_marks, mark_read
from app.readership.models import Consent, Origin, ReadMark
from app.readership.retention import is_kept, last_day_kept
from app.security import sign, unsign
from app.teams.models import Membership

SERVED = "served"

LATEST = (
    select(Consent.said, Consent.at)
    .where(Consent.membership_id == bindparam("member"))
    .order_by(Consent.at.desc(), Consent.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ConsentStatus:
    """A member's consent to automatic marking. `offered`: they may choose it; `asked`: the page puts the question."""

    choice: Choice | None
    offered: bool
    asked: bool
    until: date  # the last day on which marks are kept

    @property
    def granted(self) -> bool:
        return self.choice is Choice.GRANTED


def consent_status(member: Membership, now: datetime) -> ConsentStatus:
    """The member's latest choice; it is offered to those whom the figures are about, while marks are kept."""
    consent = _latest(member.id)
    today, said_on = member.promotion.today(now), member.promotion.today(consent.at) if consent else None
    offered = member.role in GROUPS and member.is_current(today) and is_kept(member.promotion, now)
    choice = consent.said if consent else None
    return ConsentStatus(
        choice=choice,
        offered=offered,
        asked=offered and is_asked(choice, said_on, today),
        until=last_day_kept(member.promotion.ends_on),
    )


def choose(member: Membership, choice: Choice, place: Place, now: datetime) -> None:
    """Switch automatic marking on or off for the member, at once; off, what it marked in open months goes.

    Every choice is kept, with the version of the words that were shown; the same yes twice is one.
    """
    hold_marks(member.id)
    latest = _latest(member.id)
    if latest is None or latest.said is not choice or choice is Choice.DENIED:
        row = Consent(membership_id=member.id, said=choice, at=now, text_version=TEXT_VERSION, place=place)
        db.session.add(row)
    if choice is Choice.DENIED:
        _forget_automatic_marks(member, now)
    db.session.commit()


def served(member: Membership, digest: int, text: str, now: datetime) -> tuple[str, float]:
    """A token that says when the page of the digest was served to the member, and how many seconds `text` asks for."""
    needed = needed_seconds(text)
    return sign(SERVED, [digest, member.id, now.timestamp(), needed]), needed


def mark_automatically(member: Membership, digest: Digest, token: str, claimed: str, now: datetime) -> bool:
    """Mark the digest as read by itself; whether it stands as read, or would if marks of it were kept.

    Refused without consent, for a page served to somebody else or not by us, and for fewer seconds than it takes.
    """
    page, member_id = unsign(SERVED, token), member.id
    if not (isinstance(page, list) and page[:2] == [digest.id, member_id]):
        return False
    if not is_believable(claimed, passed=now.timestamp() - page[2], needed=page[3]):
        return False
    if mark_read(member, digest, now, Origin.AUTO):
        return True
    latest = _latest(member_id)
    return latest is not None and latest.said is Choice.GRANTED


def _latest(member_id: int) -> Row[Choice, datetime] | None:
    return db.session.execute(LATEST, {"member": member_id}).one_or_none()


def _forget_automatic_marks(member: Membership, now: datetime) -> None:
    """Those of every month that is not frozen yet."""
    today = member.promotion.today(now)
    marked = select(Digest.month).join(ReadMark, ReadMark.digest_id == Digest.id)
    months = db.session.scalars(marked.where(ReadMark.membership_id == member.id, ReadMark.origin == Origin.AUTO))
    open_months = {month for month in months if not is_final(month, today)}
    digests = select(Digest.id).where(Digest.promotion_id == member.promotion_id, Digest.month.in_(open_months))
    own = (ReadMark.membership_id == member.id) & (ReadMark.origin == Origin.AUTO)
    db.session.execute(delete(ReadMark).where(own, ReadMark.digest_id.in_(digests)))
