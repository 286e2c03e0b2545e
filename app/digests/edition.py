"""The letters of one digest as the coordination sees them, with the members who got none; and sending some again.

Who has unsubscribed is told to nobody: the coordination sees how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app.database import db
from app.digests.letters import reference
from app.digests.models import Digest, Exclusion, Recipient
from app.letters.admin_actions import retry_mailing
from app.letters.mailing_status import NEVER_RETRIED, SHOWN, MailingStatus, find_mailing_status, mailings_of
from app.letters.models import Letter
from app.letters.states import State
from app.teams.members import find_people
from app.teams.models import Membership, Person

BY_NAME = (Exclusion.NO_ADDRESS, Exclusion.SUPPRESSED)


@dataclass(frozen=True, slots=True)
class DigestLetters:
    """`edition` is None for a digest without letters; `people` are those who decided something, by id."""

    edition: MailingStatus | None
    people: dict[int | None, Person]
    excluded: Counter[Exclusion]
    excluded_by_name: Sequence[Recipient]


def letters_of(digest: Digest) -> DigestLetters:
    """All there is to see of the digest's letters."""
    edition = find_mailing_status(reference(digest))
    return DigestLetters(
        edition=edition,
        people=find_people(act.person_id for act in edition.actions) if edition else {},
        excluded=_count_excluded(digest),
        excluded_by_name=_excluded_by_name(digest),
    )


def retry(digest: Digest, person_id: int, now: datetime) -> int:
    """Send what failed again, to the addresses that the members have by now. Gives the number of letters."""
    _correct_addresses(digest)
    return retry_mailing(reference(digest), person_id, now)


def _count_excluded(digest: Digest) -> Counter[Exclusion]:
    query = select(Recipient.exclusion, func.count()).where(Recipient.digest_id == digest.id)
    rows = db.session.execute(query.where(Recipient.exclusion.is_not(None)).group_by(Recipient.exclusion))
    return Counter({exclusion: number for exclusion, number in rows if exclusion is not None})


def _excluded_by_name(digest: Digest) -> Sequence[Recipient]:
    query = (
        select(Recipient)
        .options(joinedload(Recipient.membership).joinedload(Membership.person))
        .where(Recipient.digest_id == digest.id, Recipient.exclusion.in_(BY_NAME))
        .order_by(Recipient.membership_id)
    )
    return db.session.scalars(query.limit(SHOWN)).all()


def _correct_addresses(digest: Digest) -> None:
    """Give failed letters the address that their member has now: the old one may be why they failed."""
    moved = (
        select(Letter.id, Person.email, Person.name)
        .join(Person, Person.id == Letter.person_id)
        .where(Letter.mailing_id.in_(mailings_of(reference(digest))), Letter.state == State.FAILED)
        .where(Letter.to_address != Person.email, Letter.reason.not_in(NEVER_RETRIED))
    )
    for letter_id, address, name in db.session.execute(moved).all():
        db.session.execute(update(Letter).where(Letter.id == letter_id).values(to_address=address, to_name=name))
