"""The address of a member's feed: made, found again, ended (decision 40).

Whoever has the address reads the feed, and nothing else. It is signed, not stored: a copy of the database opens
nothing, and the member sees their address again on every device.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.database import db, insert_or_ignore
from app.feeds.models import Feed, FeedAddress
from app.routing import public_url
from app.security import sign, unsign
from app.teams.models import Membership, Promotion

ENDPOINTS = {Feed.CALENDAR: "feeds.calendar", Feed.DIGESTS: "feeds.digests"}
KEY_BYTES = 16


def make_address(member: Membership, feed: Feed, now: datetime) -> None:
    """Give the member an address for `feed`, unless they have one. Commits."""
    values = {"membership_id": member.id, "feed": feed, "key": secrets.token_urlsafe(KEY_BYTES), "made_at": now}
    db.session.execute(insert_or_ignore(FeedAddress, "membership_id", "feed").values(**values))
    db.session.commit()


def end_address(member: Membership, feed: Feed) -> None:
    """End the member's address of `feed` for good, if there is one: the next one is another. Commits."""
    own = delete(FeedAddress).where(FeedAddress.membership_id == member.id, FeedAddress.feed == feed)
    db.session.execute(own)
    db.session.commit()


def addresses_of(member: Membership) -> Mapping[Feed, str]:
    """Return the URL of each feed for which the member has an address."""
    rows = db.session.scalars(select(FeedAddress).where(FeedAddress.membership_id == member.id))
    return {row.feed: _url(row, member.promotion.slug) for row in rows}


def find_holder(feed: Feed, promotion_slug: str, token: str, now: datetime) -> Membership | None:
    """Return whose address of `feed` in that promotion the token is of; None when it opens nothing, or no longer.

    It ends with the membership.
    """
    value = unsign(_purpose(feed), token)
    if not isinstance(value, list):
        return None
    member_id, key = value
    query = (
        select(Membership)
        .join(FeedAddress, FeedAddress.membership_id == Membership.id)
        .join(Membership.promotion)
        .options(joinedload(Membership.person), joinedload(Membership.promotion).joinedload(Promotion.days_off))
        .where(FeedAddress.feed == feed, FeedAddress.key == key, Membership.id == member_id)
        .where(Promotion.slug == promotion_slug)
    )
    member = db.session.scalars(query).unique().one_or_none()
    if member is None or member.person.email is None:
        return None
    return member if member.is_current(member.promotion.today(now)) else None


def _url(address: FeedAddress, promotion_slug: str) -> str:
    token = sign(_purpose(address.feed), [address.membership_id, address.key])
    return public_url(ENDPOINTS[address.feed], promotion_slug=promotion_slug, key=token)


def _purpose(feed: Feed) -> str:
    return f"feed-{feed.value}"
