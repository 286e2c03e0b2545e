"""What members unsubscribe from, and subscribe to again: the digest, the reminders. They stay members."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select

from app.database import db
from app.errors import DomainError
from app.i18n import lazy_gettext as _l
from app.letters.kinds import UnsubscribedError
from app.routing import public_url
from app.security import sign, unsign
from app.small_numbers import is_small
from app.teams.letter_links import FIRST_EPOCH
from app.teams.members import LETTER_ROLES
from app.teams.models import Membership
from app.teams.roles import REMINDED_ROLES
from app.weeks import Week

PURPOSE = "unsubscribe"
LINK_LIFETIME = timedelta(days=731)  # see docs/decisions/0023-how-long-links-of-letters-work.md


class StopsOnlyError(DomainError):
    """The link that stops letters was asked to do something else."""

    status = 403
    advice = _l("This link can only stop emails or automatic marking. To do more, sign in and open “My account”.")


class Subscription(StrEnum):
    """What a member may unsubscribe from."""

    DIGEST = "digest"
    REMINDERS = "reminders"


UNSUBSCRIBED_AT = {  # columns
    Subscription.DIGEST: "digest_unsubscribed_at",
    Subscription.REMINDERS: "reminders_unsubscribed_at",
}


RECEIVED_BY = {  # the roles that are sent them; reminders are about the bulletin of a team
    Subscription.DIGEST: frozenset(LETTER_ROLES),
    Subscription.REMINDERS: REMINDED_ROLES,
}


def subscriptions_of(membership: Membership, today: date) -> list[Subscription]:
    """Return what is sent to the member, if they want it: by their part, and as long as letters leave at all."""
    if Week.of(today) > Week.of(membership.promotion.ends_on):
        return []
    received = [each for each in Subscription if membership.role in RECEIVED_BY[each]]
    return [each for each in received if each is not Subscription.REMINDERS or membership.team_id is not None]


def unsubscribe_url(membership_id: int, subscription: Subscription, link_epoch: int, written_on: date) -> str:
    """Return the URL for unsubscribing in one click (RFC 8058) from a letter that was written on that day."""
    token = sign(PURPOSE, [membership_id, subscription.value, link_epoch, written_on.isoformat()])
    return public_url("unsubscribe.choose", token=token)


def reminders_unsubscribe_url(member: Membership, written_at: datetime) -> str:
    """Return the URL that stops the member's reminders, from one that was written then.

    Raises UnsubscribedError: they have stopped them since.
    """
    if is_unsubscribed(member, Subscription.REMINDERS):
        raise UnsubscribedError
    return unsubscribe_url(member.id, Subscription.REMINDERS, member.person.link_epoch, written_at.date())


def find_subscription(token: str, now: datetime) -> tuple[Membership, Subscription] | None:
    """Return whose the token of such a URL is, and for what; its holder may stop letters and nothing else.

    None when it is forged, its letter is older than LINK_LIFETIME, the member has ended the links of their letters, or
    was erased.
    """
    value = unsign(PURPOSE, token)
    if not isinstance(value, list):
        return None
    membership_id, subscription, epoch, written_on = value if len(value) > 2 else [*value, FIRST_EPOCH, None]  # noqa: PLR2004
    membership = db.session.get(Membership, membership_id)
    if membership is None or membership.person.email is None or membership.person.link_epoch != epoch:
        return None
    # links sent before they named their day: of the promotion's last one
    day = date.fromisoformat(written_on) if written_on else membership.promotion.ends_on
    return (membership, Subscription(subscription)) if now.date() < day + LINK_LIFETIME else None


def is_unsubscribed(membership: Membership, subscription: Subscription) -> bool:
    """Return whether the member gets no such letters, by their own choice."""
    return getattr(membership, UNSUBSCRIBED_AT[subscription]) is not None


def count_unsubscribed(promotion_id: int) -> dict[Subscription, int | None]:
    """Return how many members of the promotion are unsubscribed from what; None where they are too few to be shown.

    Former members are among them: a number that fell by one when somebody leaves would tell about that one.
    """
    columns = [getattr(Membership, name) for name in UNSUBSCRIBED_AT.values()]
    query = select(*[func.count(column) for column in columns]).where(Membership.promotion_id == promotion_id)
    counts = db.session.execute(query).one()
    return {what: None if is_small(count) else count for what, count in zip(UNSUBSCRIBED_AT, counts, strict=True)}


def unsubscribe(membership: Membership, subscription: Subscription, now: datetime) -> None:
    """Send the member no more of these letters; a second time changes nothing."""
    if not is_unsubscribed(membership, subscription):
        setattr(membership, UNSUBSCRIBED_AT[subscription], now)
        db.session.commit()


def resubscribe(membership: Membership, subscription: Subscription) -> None:
    """Send the member these letters again."""
    setattr(membership, UNSUBSCRIBED_AT[subscription], None)
    db.session.commit()
