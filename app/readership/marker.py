"""Who marks a digest, by their session or by their letter's link: one query brings all that a mark needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, select

from app.database import first_row
from app.digests.models import Digest
from app.digests.reader_links import READER, READER_LINK_LIVES
from app.readership.marking import Mark
from app.readership.retention import last_day_kept
from app.ready import Ready
from app.security import unsign
from app.teams.models import Membership, Person, Promotion
from app.teams.roles import belongs
from app.teams.session import Session
from app.weeks import Week

ASKED = select(
    Person.sessions,
    Person.locale,
    Membership.id.label("membership"),
    Membership.joined_on,
    Membership.left_on,
    Promotion.slug,
    Promotion.timezone,
    Promotion.ends_on,
    Digest.id.label("digest"),
    Digest.week,
    Digest.issued_at,
    Digest.empty,
)
OF_PERSON = Ready(
    ASKED.select_from(Person)
    .outerjoin(Promotion, Promotion.slug == bindparam("slug"))
    .outerjoin(Membership, and_(Membership.person_id == Person.id, Membership.promotion_id == Promotion.id))
    .outerjoin(Digest, and_(Digest.promotion_id == Promotion.id, Digest.week == bindparam("of_week")))
    .where(Person.id == bindparam("person"))
)
OF_LINK = Ready(
    ASKED.select_from(Digest)
    .join(Promotion, Promotion.id == Digest.promotion_id)
    .join(Membership, Membership.promotion_id == Promotion.id)
    .join(Person, Person.id == Membership.person_id)
    .where(Digest.id == bindparam("digest"), Membership.id == bindparam("member"))
)


@dataclass(frozen=True, slots=True)
class Marker:
    """One member in front of the button of one digest. `token`: their letter's, when they are not signed in."""

    membership: int
    digest: int
    empty: bool
    zone: ZoneInfo
    ends_on: date  # of the promotion
    locale: str | None  # the language that they chose
    token: str | None = None

    def mark(self, now: datetime) -> Mark:
        """Their reading the digest now: the day is the promotion's."""
        return Mark(self.digest, self.membership, now.astimezone(self.zone).date())

    def is_kept(self, now: datetime) -> bool:
        """Whether that is recorded at all."""
        return not self.empty and self.mark(now).day <= last_day_kept(self.ends_on)


class NotSignedInError(Exception):
    """The session is nobody's, or its person has ended it since."""


def find_marker(known: Session, slug: str, week: Week, now: datetime) -> Marker | None:
    """The person of a session before the digest of a week; None where there is none, or they are not of the promotion.

    Raises NotSignedInError.
    """
    row = first_row(OF_PERSON, person=known.person, slug=slug, of_week=week)
    if row is None or str(row.sessions) != known.sessions:
        raise NotSignedInError
    return _marker(row, now) if row.membership and row.digest else None


def find_link_holder(token: str, slug: str, week: Week, now: datetime) -> Marker | None:
    """Who holds the link to the digest of a week; None for any other link, an expired one, or of who has left."""
    value = unsign(READER, token)
    if not isinstance(value, list):
        return None
    digest, member = value
    row = first_row(OF_LINK, digest=digest, member=member)
    if row is None or now >= row.issued_at + READER_LINK_LIVES or (row.slug, row.week) != (slug, week):
        return None
    return _marker(row, now, token)


def _marker(row: Any, now: datetime, token: str | None = None) -> Marker | None:
    """None for somebody who does not belong to the promotion today."""
    zone = ZoneInfo(row.timezone)
    if not belongs(now.astimezone(zone).date(), row.joined_on, row.left_on):
        return None
    return Marker(row.membership, row.digest, row.empty, zone, row.ends_on, row.locale, token)
