"""A digest as one member has it before them: what it says, and whether they have marked it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, bindparam, select

from app.database import db
from app.digests.models import Digest, DigestText
from app.readership.models import ReadMark
from app.teams.models import Membership
from app.weeks import Week

OF_WEEK = (
    select(
        Digest.id,
        Digest.promotion_id,
        Digest.week,
        Digest.empty,
        DigestText.subject,
        DigestText.html,
        DigestText.text,
        ReadMark.day,
        Digest.content["help_requests"],
    )
    .join(DigestText, and_(DigestText.digest_id == Digest.id, DigestText.locale == bindparam("locale")))
    .outerjoin(ReadMark, and_(ReadMark.digest_id == Digest.id, ReadMark.membership_id == bindparam("member")))
    .where(Digest.promotion_id == bindparam("promotion"), Digest.week == bindparam("week"))
)


@dataclass(frozen=True, slots=True)
class DigestPage:
    """A digest in one language, with the day on which its reader marked it."""

    id: int
    promotion_id: int
    week: Week
    empty: bool
    subject: str
    html: str
    text: str
    read_on: date | None
    calls: frozenset[str]  # the words of those that it told


def find_page(member: Membership, week: Week, locale: str) -> DigestPage | None:
    """The digest of the week as issued in `locale`, as the member has it; None before its issue."""
    values = {"promotion": member.promotion_id, "week": week, "locale": locale, "member": member.id}
    found = db.session.execute(OF_WEEK, values).one_or_none()
    if found is None:
        return None
    id_, promotion, _week, empty, subject, html, text, day, calls = found
    return DigestPage(id_, promotion, week, empty, subject, html, text, day, frozenset(call["text"] for call in calls))
