"""A digest as one member has it before them: what it says, and whether they have marked it. One query."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, select

from app.database import first_row
from app.digests.models import Digest, DigestText
from app.readership.models import ReadMark
from app.ready import Ready
from app.teams.models import Membership
from app.weeks import Week

OF_WEEK = Ready(
    select(
        Digest.id,
        Digest.promotion_id,
        Digest.week,
        Digest.empty,
        DigestText.subject,
        DigestText.html,
        DigestText.text,
        ReadMark.day.label("read_on"),
    )
    .join(DigestText, and_(DigestText.digest_id == Digest.id, DigestText.locale == bindparam("locale")))
    .outerjoin(ReadMark, and_(ReadMark.digest_id == Digest.id, ReadMark.membership_id == bindparam("member")))
    .where(Digest.promotion_id == bindparam("promotion"), Digest.week == bindparam("week"))
)


def find_page(member: Membership, week: Week, locale: str) -> Any | None:
    """The digest of the week as issued in `locale`, with the day on which the member read it; None before its issue."""
    return first_row(OF_WEEK, promotion=member.promotion_id, week=week, locale=locale, member=member.id)
