"""The two addresses that a digest letter has of its own, read online and unsubscribe; and whose a reader's link is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.digests.models import Digest
from app.letters.kinds import LetterFacts, UnsubscribedError, WithheldError
from app.routing import public_url
from app.security import sign, unsign
from app.teams.models import Membership, Promotion
from app.teams.roles import belongs
from app.teams.subscriptions import Subscription, unsubscribe_url
from app.weeks import Week

READER = "reader"
READER_LINK_LIVES = timedelta(days=60)

HELD = (
    select(Digest, Membership)
    .join(Membership, Membership.promotion_id == Digest.promotion_id)
    .options(joinedload(Digest.promotion), joinedload(Membership.person))
    .where(Digest.id == bindparam("digest"), Membership.id == bindparam("member"))
)
PART = select(Membership.joined_on, Membership.left_on, Membership.digest_left_at).where(
    Membership.id == bindparam("member")
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who holds a reader's link, and the one digest it opens."""

    membership: Membership
    digest: Digest


@dataclass(frozen=True, slots=True)
class Page:
    """What the letters of one digest have in common: the address of its page, and the zone its days are in."""

    url: str
    zone: ZoneInfo

    def today(self) -> date:
        return clock.now().astimezone(self.zone).date()


def find_reader(token: str, now: datetime) -> Reader | None:
    """Who holds the token of a letter, unless it is not ours, has expired, or its member is gone."""
    value = unsign(READER, token)
    if not isinstance(value, list):
        return None
    digest_id, membership_id = value
    found = db.session.execute(HELD, {"digest": digest_id, "member": membership_id}).one_or_none()
    if found is None or now >= found.Digest.issued_at + READER_LINK_LIVES:
        return None
    return Reader(found.Membership, found.Digest)


def page_url(promotion_slug: str, week: Week) -> str:
    """The address of a digest's page, as anybody may see it."""
    return public_url("readership.digest", promotion_slug=promotion_slug, week=week)


def own_addresses(facts: LetterFacts) -> Mapping[str, str]:
    """The reader's own two addresses. Raises WithheldError for a member who has gone since, UnsubscribedError."""
    _kind, digest, member = facts.key.split(":")
    page, member_id = _page(int(digest)), int(member)
    part = facts.connection.execute(PART, {"member": member_id}).first()
    if part is None or not belongs(page.today(), part.joined_on, part.left_on):
        raise WithheldError("no longer a member of the promotion when the letter was to leave")
    if part.digest_left_at is not None:
        raise UnsubscribedError
    return {
        "read_url": f"{page.url}?reader={sign(READER, [int(digest), member_id])}",
        "unsubscribe_url": unsubscribe_url(member_id, Subscription.DIGEST),
    }


def _page(digest_id: int) -> Page:
    """Looked up once a run of deliveries, which sends thousands of letters of one digest."""
    pages: dict[int, Page] = g.setdefault("digest_pages", {})
    if digest_id not in pages:
        query = select(Promotion.slug, Promotion.timezone, Digest.week).join(Digest.promotion)
        found = db.session.execute(query.where(Digest.id == digest_id)).one()
        pages[digest_id] = Page(page_url(found.slug, found.week), ZoneInfo(found.timezone))
    return pages[digest_id]
