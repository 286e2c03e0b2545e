"""Why a member counted at the freeze of a digest gets no letter, and how many do not."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from app.database import db
from app.digests.models import Exclusion, Recipient
from app.letters.suppression import suppressed_addresses
from app.teams.models import Membership
from app.teams.subscriptions import Subscription, is_unsubscribed


def exclusion_rule(*, letters: bool) -> Callable[[Membership], Exclusion | None]:
    """Why a member gets no letter, or None."""
    suppressed = suppressed_addresses()

    def exclusion(member: Membership) -> Exclusion | None:
        if not letters:
            return Exclusion.NO_LETTERS
        if not member.person.email:
            return Exclusion.NO_ADDRESS
        if member.person.email.lower() in suppressed:  # first: missing from a list of these tells who has unsubscribed
            return Exclusion.SUPPRESSED
        return Exclusion.UNSUBSCRIBED if is_unsubscribed(member, Subscription.DIGEST) else None

    return exclusion


def count_excluded() -> int:
    """How many members were left out of digests that were mailed; those of the archive only were for nobody."""
    left_out = Recipient.exclusion.is_not(None) & (Recipient.exclusion != Exclusion.NO_LETTERS)
    return db.session.scalar(select(func.count()).select_from(Recipient).where(left_out)) or 0
