"""The two URLs that each digest letter has of its own, read online and unsubscribe; the holder of a reader's link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, bindparam, exists, select
from sqlalchemy.orm import joinedload

from app import clock
from app.database import db
from app.digests.models import Digest
from app.letters.kinds import HoldCondition, LetterContext
from app.letters.states import Reason
from app.routing import public_url
from app.security import sign, unsign
from app.teams.letter_links import FIRST_EPOCH, link_epoch_of
from app.teams.members import belong_on
from app.teams.models import Membership, Promotion
from app.teams.subscriptions import Subscription, unsubscribe_url
from app.weeks import Week

READER = "reader"
READER_LINK_LIFETIME = timedelta(days=60)

HOLDER = (
    select(Digest, Membership)
    .join(Membership, Membership.promotion_id == Digest.promotion_id)
    .options(joinedload(Digest.promotion), joinedload(Membership.person))
    .where(Digest.id == bindparam("digest"), Membership.id == bindparam("member"))
)
MEMBER = exists().where(Membership.id == bindparam("member"))
HOLD_CONDITIONS = (
    HoldCondition(
        Reason.WITHHELD,
        ~MEMBER.where(belong_on(bindparam("today", type_=Date))),
        "no longer a member of the cohort when the email was due to be sent",
    ),
    HoldCondition(Reason.UNSUBSCRIBED, MEMBER.where(Membership.digest_unsubscribed_at.is_not(None))),
)


@dataclass(frozen=True, slots=True)
class LinkHolder:
    """Who holds a reader's link, and the one digest it opens."""

    membership: Membership
    digest: Digest


@dataclass(frozen=True, slots=True)
class SharedLetterValues:
    """What the letters of one digest have in common: its id, the URL of its page, its promotion's time zone."""

    digest_id: int
    url: str
    zone: ZoneInfo

    def today(self) -> date:
        return clock.now().astimezone(self.zone).date()


def find_reader(token: str, now: datetime) -> LinkHolder | None:
    """Return who holds the token of a letter; None when it is not ours, has expired or was ended, or they are gone."""
    value = unsign(READER, token)
    if not isinstance(value, list):
        return None
    digest_id, membership_id, epoch = value if len(value) > 2 else [*value, FIRST_EPOCH]  # noqa: PLR2004
    row = db.session.execute(HOLDER, {"digest": digest_id, "member": membership_id}).one_or_none()
    if row is None:
        return None
    digest, membership = row
    if membership.person.link_epoch != epoch or membership.person.email is None:
        return None
    return LinkHolder(membership, digest) if now < digest.issued_at + READER_LINK_LIFETIME else None


def page_url(promotion_slug: str, week: Week) -> str:
    """Return the URL of a digest's page, as anybody may see it."""
    return public_url("readership.digest", promotion_slug=promotion_slug, week=week)


def load_shared_values(reference: str) -> SharedLetterValues:
    """Return what the letters of the mailing reference `digest:<id>`, or of one that it begins, have in common."""
    digest_id = int(reference.split(":")[1])
    query = select(Promotion.slug, Promotion.timezone, Digest.week).join(Digest.promotion)
    slug, timezone, week = db.session.execute(query.where(Digest.id == digest_id)).one()
    return SharedLetterValues(digest_id, page_url(slug, week), ZoneInfo(timezone))


def own_urls(context: LetterContext) -> Mapping[str, str]:
    """Return the reader's own two URLs."""
    shared: SharedLetterValues = context.shared
    member = context.get_membership_id()
    epoch = link_epoch_of(member)
    return {
        "read_url": f"{shared.url}?reader={sign(READER, [shared.digest_id, member, epoch])}",
        "unsubscribe_url": unsubscribe_url(member, Subscription.DIGEST, epoch, context.written_at.date()),
    }


def hold_parameters(context: LetterContext) -> Mapping[str, object]:
    """Return the parameters of HOLD_CONDITIONS."""
    return {"member": context.get_membership_id(), "today": context.shared.today()}
