"""Automatic marking: a reader switches it on and off, and a page that was read long enough marks its digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, bindparam, delete, select

from app.database import db
from app.digests.models import Digest
from app.readership.consent import TEXT_VERSION, Choice, ConsentPlace, is_asked
from app.readership.figures.months import is_final
from app.readership.figures.queries import GROUPS
from app.readership.models import Consent, Origin, ReadMark
from app.readership.read_marks import lock_marks, mark_read
from app.readership.reading_time import is_believable, needed_seconds
from app.readership.retention import is_kept, last_day_kept
from app.security import sign, unsign
from app.teams.models import Membership

SERVED = "served"  # what tokens of served pages are signed for
SAME_NO = timedelta(days=1)

LATEST = (  # of a `member`
    select(Consent.choice, Consent.at)
    .where(Consent.membership_id == bindparam("member"))
    .order_by(Consent.at.desc(), Consent.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class ConsentStatus:
    """A member's consent to automatic marking. `offered`: they may choose it; `asked`: the page puts the question."""

    choice: Choice | None
    chosen_at: datetime | None
    offered: bool
    asked: bool
    until: date  # the last day on which marks are stored

    @property
    def granted(self) -> bool:
        return self.choice is Choice.GRANTED


@dataclass(frozen=True, slots=True)
class ServedPage:
    """A page of a digest that may mark itself: the signed moment it was served, and the seconds it must be in use."""

    token: str
    needed_seconds: float


def consent_status(member: Membership, now: datetime) -> ConsentStatus:
    """Return the member's latest choice; it is offered to those whom the figures are about, while marks are stored."""
    latest = _latest(member.id)
    return status_after(latest.choice, latest.at, member, now) if latest else status_after(None, None, member, now)


def status_after(choice: Choice | None, chosen_at: datetime | None, member: Membership, now: datetime) -> ConsentStatus:
    """Return the status of a member after their latest choice; None when they have made none."""
    today = member.promotion.today(now)
    chosen_on = member.promotion.today(chosen_at) if chosen_at else None
    offered = member.role in GROUPS and member.is_current(today) and is_kept(member.promotion, now)
    return ConsentStatus(
        choice=choice,
        chosen_at=chosen_at,
        offered=offered,
        asked=offered and is_asked(choice, chosen_on, today),
        until=last_day_kept(member.promotion.ends_on),
    )


def choose(member: Membership, choice: Choice, place: ConsentPlace, now: datetime, *, seen: str = "") -> bool:
    """Switch automatic marking on or off for the member; off, what it marked in open months is erased. Commits.

    Every choice is stored, with the version of the text that was shown; the same yes twice is one, the same no within
    SAME_NO as well: a link of a letter is enough to say no.

    `seen`: the moment of the latest choice that their page knew of, as ISO 8601. A yes of a page from before their
    latest no, such as a form that a browser sends again, changes nothing: False.
    """
    lock_marks(member.id)
    latest = _latest(member.id)
    no = latest if latest is not None and latest.choice is Choice.DENIED else None
    if choice is Choice.GRANTED and no is not None and no.at.isoformat() != seen:
        db.session.rollback()
        return False
    again = latest is not None and latest.choice is choice and (choice is Choice.GRANTED or now < latest.at + SAME_NO)
    if not again:
        db.session.add(Consent(membership_id=member.id, choice=choice, at=now, text_version=TEXT_VERSION, place=place))
    if choice is Choice.DENIED:
        _erase_automatic_marks(member, now)
    db.session.commit()
    return True


def serve_page(member: Membership, digest_id: int, text: str, now: datetime) -> ServedPage:
    """Return what the page of a digest needs to mark it for the member when `text` has been read long enough."""
    needed = needed_seconds(text)
    return ServedPage(sign(SERVED, [digest_id, member.id, now.timestamp(), needed]), needed)


def mark_automatically(member: Membership, digest: Digest, token: str, claimed: str, now: datetime) -> bool:
    """Mark the digest as read for a page that says it was in use for `claimed` seconds; return whether that is granted.

    Refused without consent, for a page (`token`) served to somebody else or not by us, and for fewer seconds than it
    takes. Granted as well when the digest is marked already, or when no marks of it are stored. Commits.
    """
    page, member_id = unsign(SERVED, token), member.id
    if not (isinstance(page, list) and page[:2] == [digest.id, member_id]):
        return False
    if not is_believable(claimed, passed=now.timestamp() - page[2], needed=page[3]):
        return False
    if mark_read(member, digest, now, Origin.AUTO):
        return True
    latest = _latest(member_id)
    return latest is not None and latest.choice is Choice.GRANTED


def _latest(member_id: int) -> Row[Choice, datetime] | None:
    return db.session.execute(LATEST, {"member": member_id}).one_or_none()


def _erase_automatic_marks(member: Membership, now: datetime) -> None:
    """Erase those of every month that is not final yet."""
    today = member.promotion.today(now)
    marked = select(Digest.month).join(ReadMark, ReadMark.digest_id == Digest.id)
    months = db.session.scalars(marked.where(ReadMark.membership_id == member.id, ReadMark.origin == Origin.AUTO))
    open_months = {month for month in months if not is_final(month, today)}
    digests = select(Digest.id).where(Digest.promotion_id == member.promotion_id, Digest.month.in_(open_months))
    own = (ReadMark.membership_id == member.id) & (ReadMark.origin == Origin.AUTO)
    db.session.execute(delete(ReadMark).where(own, ReadMark.digest_id.in_(digests)))
