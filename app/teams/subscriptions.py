"""What members unsubscribe from, and subscribe to again: the digest, the reminders. They stay members."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select

from app.database import db
from app.routing import public_url
from app.security import sign, unsign
from app.teams.members import belong_on
from app.teams.models import Membership

PURPOSE = "unsubscribe"


class Subscription(StrEnum):
    """What a member may unsubscribe from."""

    DIGEST = "digest"
    REMINDERS = "reminders"


UNSUBSCRIBED_AT = {  # columns
    Subscription.DIGEST: "digest_unsubscribed_at",
    Subscription.REMINDERS: "reminders_unsubscribed_at",
}


def unsubscribe_url(membership_id: int, subscription: Subscription) -> str:
    """Return the URL for unsubscribing in one click (RFC 8058), the same in every letter to that member."""
    token = sign(PURPOSE, [membership_id, subscription.value])
    return public_url("unsubscribe.choose", token=token)


def find_subscription(token: str) -> tuple[Membership, Subscription] | None:
    """Return whose the token of such a URL is, and for what; None when it is forged or its member is gone."""
    value = unsign(PURPOSE, token)
    if not isinstance(value, list):
        return None
    membership_id, subscription = value
    membership = db.session.get(Membership, membership_id)
    return (membership, Subscription(subscription)) if membership else None


def is_unsubscribed(membership: Membership, subscription: Subscription) -> bool:
    """Return whether the member gets no such letters, by their own choice."""
    return getattr(membership, UNSUBSCRIBED_AT[subscription]) is not None


def count_unsubscribed(promotion_id: int, day: date) -> dict[Subscription, int]:
    """Return how many members of the promotion on `day` are unsubscribed from what."""
    columns = [getattr(Membership, name) for name in UNSUBSCRIBED_AT.values()]
    query = select(*[func.count(column) for column in columns]).where(
        Membership.promotion_id == promotion_id, belong_on(day)
    )
    return dict(zip(UNSUBSCRIBED_AT, db.session.execute(query).one(), strict=True))


def unsubscribe(membership: Membership, subscription: Subscription, now: datetime) -> None:
    """Send the member no more of these letters; a second time changes nothing."""
    if not is_unsubscribed(membership, subscription):
        setattr(membership, UNSUBSCRIBED_AT[subscription], now)
        db.session.commit()


def resubscribe(membership: Membership, subscription: Subscription) -> None:
    """Send the member these letters again."""
    setattr(membership, UNSUBSCRIBED_AT[subscription], None)
    db.session.commit()
