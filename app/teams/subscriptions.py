"""What a member leaves or takes again: the digest, the reminders. Membership and the site stay."""

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
    """What can be left."""

    DIGEST = "digest"
    REMINDERS = "reminders"


COLUMNS = {Subscription.DIGEST: "digest_left_at", Subscription.REMINDERS: "reminders_left_at"}


def unsubscribe_url(membership_id: int, subscription: Subscription) -> str:
    """The address by which a member leaves what a letter belongs to (RFC 8058): the same in every letter."""
    token = sign(PURPOSE, [membership_id, subscription.value])
    return public_url("unsubscribe.choose", token=token)


def find_subscription(token: str) -> tuple[Membership, Subscription] | None:
    """Whose the token is, and what it leaves; None when it is not ours or its member is gone."""
    value = unsign(PURPOSE, token)
    if not isinstance(value, list):
        return None
    membership_id, subscription = value
    membership = db.session.get(Membership, membership_id)
    return (membership, Subscription(subscription)) if membership else None


def has_left(membership: Membership, subscription: Subscription) -> bool:
    """Whether the member does not want these letters."""
    return getattr(membership, COLUMNS[subscription]) is not None


def count_left(promotion_id: int, day: date) -> dict[Subscription, int]:
    """How many members of the promotion on `day` get no digest, no reminders by mail."""
    columns = [getattr(Membership, name) for name in COLUMNS.values()]
    query = select(*[func.count(column) for column in columns]).where(
        Membership.promotion_id == promotion_id, belong_on(day)
    )
    return dict(zip(COLUMNS, db.session.execute(query).one(), strict=True))


def leave(membership: Membership, subscription: Subscription, now: datetime) -> None:
    """Send the member no more of these letters; doing it twice changes nothing."""
    if not has_left(membership, subscription):
        setattr(membership, COLUMNS[subscription], now)
        db.session.commit()


def take_again(membership: Membership, subscription: Subscription) -> None:
    """Send the member these letters again."""
    setattr(membership, COLUMNS[subscription], None)
    db.session.commit()
