"""What a member has read, what waits for them, offering help from a digest. A member sees their own marks only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from app.bulletins.rules import own_team
from app.database import db
from app.digests.models import Digest, DigestText, Recipient
from app.help_requests.models import HelpOffer, HelpRequest
from app.help_requests.offers import offer_help
from app.help_requests.rules import LIVE, HelpState, offer_refusal
from app.readership.models import ReadMark
from app.readership.read_marks import mark_read
from app.readership.retention import is_kept
from app.teams.models import Membership, Team
from app.teams.phases import Phase
from app.teams.roles import Role
from app.weeks import Week

UNREAD_LISTED = 8

MARKED = exists().where(ReadMark.digest_id == Digest.id, ReadMark.membership_id == bindparam("member"))
UNREAD = (
    select(Digest.week, Digest.issued_at)
    .join(Recipient, Recipient.digest_id == Digest.id)
    .where(Recipient.membership_id == bindparam("member"), ~Digest.empty, ~MARKED)
    .order_by(Digest.week.desc())
)
OF_WEEK = (
    select(
        Digest.id,
        Digest.empty,
        DigestText.subject,
        DigestText.html,
        DigestText.text,
        ReadMark.day,
        Digest.content["help_requests"],
        Digest.content["bulletins"],
    )
    .join(DigestText, and_(DigestText.digest_id == Digest.id, DigestText.locale == bindparam("locale")))
    .outerjoin(ReadMark, and_(ReadMark.digest_id == Digest.id, ReadMark.membership_id == bindparam("member")))
    .where(Digest.promotion_id == bindparam("promotion"), Digest.week == bindparam("week"))
)

RECEIVED = select(func.count()).where(HelpOffer.call_id == HelpRequest.id).correlate(HelpRequest).scalar_subquery()
OWN = aliased(HelpOffer)  # the member's own offer on the call
CALLS = (
    select(
        HelpRequest.bulletin_id,
        HelpRequest.id,
        HelpRequest.team_id,
        Team.name,
        HelpRequest.state,
        OWN.text,
        case((HelpRequest.team_id == bindparam("team"), RECEIVED), else_=0),
    )
    .join(HelpRequest.team)
    .outerjoin(OWN, and_(OWN.call_id == HelpRequest.id, OWN.membership_id == bindparam("member")))
    .where(HelpRequest.bulletin_id.in_(bindparam("bulletins", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class DigestPage:
    """A digest in one language, with the day on which its reader marked it.

    `calls` and `bulletins`: the bulletin (id) of each one that it tells, in its order; None where that is not known.
    """

    id: int
    week: Week
    empty: bool
    subject: str
    html: str
    text: str
    read_on: date | None
    calls: tuple[int | None, ...]
    bulletins: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CallInDigest:
    """A call for help in its digest, as one member sees it.

    `live`: it is not closed; `open`: they may still offer help; `own_text`: the text of the offer they made;
    `received`: how many offers their own team got by mail.
    """

    id: int
    team_name: str
    state: HelpState
    live: bool
    open: bool
    own_text: str | None
    received: int


@dataclass(frozen=True, slots=True)
class Unread:
    """The digests that wait for a member: the `weeks` of the latest, newest first, and how many there are in all."""

    weeks: list[Week]
    total: int


@dataclass(frozen=True, slots=True)
class OwnMonth:
    """How many of a month's digests that were for a member they have read."""

    month: date
    read: int
    issued: int


def find_page(member: Membership, week: Week, locale: str) -> DigestPage | None:
    """Return the digest of the week as issued in `locale`, with the member's mark; None before its issue."""
    values = {"promotion": member.promotion_id, "week": week, "locale": locale, "member": member.id}
    row = db.session.execute(OF_WEEK, values).one_or_none()
    if row is None:
        return None
    id_, empty, subject, html, text, day, calls, bulletins = row
    return DigestPage(
        id_,
        week,
        empty,
        subject,
        html,
        text,
        day,
        calls=tuple(told["bulletin_id"] for told in calls),
        bulletins=tuple(told["bulletin_id"] for told in bulletins),
    )


def has_read(membership_id: int, digest_id: int) -> bool:
    """Return whether the member has marked the digest; for that member's own eyes."""
    query = select(ReadMark.day).where(ReadMark.digest_id == digest_id, ReadMark.membership_id == membership_id)
    return db.session.scalar(query) is not None


def unread_weeks(membership: Membership, now: datetime) -> list[Week]:
    """Return the weeks of the digests that were for the member and carry no mark of theirs, newest first.

    None once marks are stored no longer: the absence of one means nothing any more. None that was issued for the
    archive, long after its week: nobody could mark it in its time.
    """
    if not is_kept(membership.promotion, now):
        return []
    timetable = membership.promotion.timetable
    rows = db.session.execute(UNREAD, {"member": membership.id})
    return [week for week, issued_at in rows if not timetable.is_from_archive(week, issued_at)]


def unread_digests(membership: Membership, now: datetime) -> Unread:
    """Return the latest of what `unread_weeks` gives, and how many there are."""
    weeks = unread_weeks(membership, now)
    return Unread(weeks[:UNREAD_LISTED], len(weeks))


def reading_by_month(membership: Membership) -> list[OwnMonth]:
    """Return the member's own reading, latest month first; for that member's own eyes."""
    query = (
        select(Digest.month, ReadMark.day)
        .join(Recipient, (Recipient.digest_id == Digest.id) & (Recipient.membership_id == membership.id))
        .outerjoin(ReadMark, (ReadMark.digest_id == Digest.id) & (ReadMark.membership_id == membership.id))
        .where(~Digest.empty)
    )
    rows = db.session.execute(query).all()
    issued, read = Counter(month for month, _ in rows), Counter(month for month, day in rows if day)
    return [OwnMonth(month, read[month], issued[month]) for month in sorted(issued, reverse=True)]


def calls_of(page: DigestPage, member: Membership, now: datetime) -> list[CallInDigest | None]:
    """Return each call for help of the digest, in its order, as the member sees it at `now`; None where not known."""
    if not page.calls:
        return []
    own = own_team(member.role, member.team_id)
    values = {"bulletins": [told for told in page.calls if told], "member": member.id, "team": own}
    reads_only, ended = member.role is Role.ALUMNI, member.promotion.phase(now) is Phase.AFTER
    found = {}
    for bulletin, id_, team_id, team, state, own_text, received in db.session.execute(CALLS, values):
        own_team_calls = team_id == member.team_id
        refused = offer_refusal(state, own_team=own_team_calls, published=True, reads_only=reads_only, ended=ended)
        may_offer = own_text is None and refused is None
        found[bulletin] = CallInDigest(id_, team, state, state in LIVE, may_offer, own_text, received)
    return [found.get(told) if told else None for told in page.calls]


def offer_from_digest(digest: Digest, member: Membership, call: HelpRequest, text: str, now: datetime) -> None:
    """Offer help with a message, then record that the member has read the digest. Commits.

    Raises OfferRefusedError, and then marks nothing.
    """
    offer_help(call, member, text, now)
    mark_read(member, digest, now)
