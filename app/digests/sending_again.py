"""Send a digest, as it is stored, to one person again. Its recipients stay those of the freeze: nobody counts twice.

What failed, or may have left, goes once more as the same letter; beside one that has left, another one is queued. Who
has unsubscribed is never shown: a letter for them is asked for like any other, and held back when it is to leave.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.digests.letters import add_letter_mailing, get_letter, reference
from app.digests.models import Digest
from app.letters.admin_actions import retry_letter
from app.letters.mailing_status import NEVER_RETRIED
from app.letters.models import Letter, Mailing
from app.letters.states import State
from app.letters.suppression import suppressed_addresses
from app.teams.locking import lock_promotion
from app.teams.members import members_on
from app.teams.models import Membership
from app.teams.names import name_order
from app.teams.notifications import queue_for_members

ON_ITS_WAY = (State.QUEUED, State.CLAIMED, State.SUBMITTING, State.DEFERRED)


class Obstacle(StrEnum):
    """Why nothing can be sent to a member again, where the coordination may know it."""

    NO_ADDRESS = "no_address"
    SUPPRESSED = "suppressed"
    ON_ITS_WAY = "on_its_way"


@dataclass(frozen=True, slots=True)
class PersonalCopy:
    """What a member got of a digest: their letter, if there was one, and when it was sent again."""

    member: Membership
    letter: Letter | None
    again: list[datetime]
    obstacle: Obstacle | None


def members_to_choose(digest: Digest, now: datetime) -> list[Membership]:
    """Return the members of today, by name, to whom the digest may be sent again."""
    members = members_on(digest.promotion_id, digest.promotion.today(now))
    return sorted(members, key=lambda member: (name_order(member.person.display_name), member.id))


def get_copy(digest: Digest, member: Membership) -> PersonalCopy:
    """Return what the member got of the digest."""
    letters = _letters_of(digest, member)
    original = next((letter for letter in letters if letter.mailing.reference == reference(digest)), None)
    again = [letter for letter in letters if letter is not original]
    obstacle = None
    if not member.person.email:
        obstacle = Obstacle.NO_ADDRESS
    elif member.person.email.lower() in suppressed_addresses():
        obstacle = Obstacle.SUPPRESSED
    elif any(letter.state in ON_ITS_WAY for letter in letters):
        obstacle = Obstacle.ON_ITS_WAY
    return PersonalCopy(member, original, [letter.created_at for letter in again], obstacle)


def send_again(digest: Digest, member: Membership, seen: int, by: int, now: datetime) -> bool:
    """Send the member the digest again, unless that was done since the person `by` saw it done `seen` times. Commits.

    Return whether a letter was queued. Nothing leaves where there is an obstacle.
    """
    lock_promotion(digest.promotion_id)
    _lock_letters(digest, member)  # which another coordinator may be sending again from the list of all
    copy = get_copy(digest, member)
    if copy.obstacle or len(copy.again) != seen:
        return False
    promotion = digest.promotion
    record_action(
        AuditAction.SENT_AGAIN,
        by,
        now,
        promotion_id=promotion.id,
        person_id=member.person_id,
        subject=digest.week.label,
    )
    letter = copy.letter
    if letter and (letter.state is State.UNKNOWN or (letter.state is State.FAILED and _may_leave(letter))):
        letter.to_email, letter.to_name = member.person.email or "", member.person.name  # it may have been wrong
        return retry_letter(letter, by, now)
    which = f"{reference(digest)}:again:{seen + 1}"
    queued = queue_for_members([member], lambda locale: _mailing(digest, which, locale, now), now)
    db.session.commit()
    return queued > 0


def _may_leave(letter: Letter) -> bool:
    return letter.reason not in NEVER_RETRIED


def _letters_of(digest: Digest, member: Membership) -> list[Letter]:
    """Return the letters of the digest to the member, the first one first."""
    query = select(Letter).options(joinedload(Letter.mailing)).where(_is_theirs(digest, member)).order_by(Letter.id)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def _lock_letters(digest: Digest, member: Membership) -> None:
    db.session.execute(select(Letter.id).where(_is_theirs(digest, member)).with_for_update())


def _is_theirs(digest: Digest, member: Membership) -> ColumnElement[bool]:
    of_digest = (Mailing.reference == reference(digest)) | Mailing.reference.startswith(f"{reference(digest)}:again:")
    return Letter.mailing_id.in_(select(Mailing.id).where(of_digest)) & (Letter.person_id == member.person_id)


def _mailing(digest: Digest, which: str, locale: str, now: datetime) -> Mailing:
    """Return the mailing of that reference, written now unless another member has it already."""
    query = select(Mailing).where(Mailing.reference == which, Mailing.locale == locale)
    if mailing := db.session.scalar(query):
        return mailing
    return add_letter_mailing(get_letter(digest, locale), digest.promotion, locale, which, now)
