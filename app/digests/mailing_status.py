"""The letters of one digest for the coordination: their status, and in words; the members without one; sending again.

Who has unsubscribed is never shown: the coordination sees how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import LazyString
from sqlalchemy import func, select, update
from sqlalchemy.orm import joinedload

from app.database import db
from app.digests.letters import reference
from app.digests.models import Digest, Exclusion, Recipient
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.i18n import ngettext
from app.letters.admin_actions import retry_mailing
from app.letters.mailing_status import (
    NEVER_RETRIED,
    SHOWN,
    MailingStatus,
    StatusCounts,
    find_mailing_status,
    mailings_of,
)
from app.letters.models import Bounce, Letter
from app.letters.states import AdminAction, BounceVerdict, Reason, State
from app.teams.members import find_people
from app.teams.models import Membership, Person

FAILURE_LABELS = {
    Reason.REFUSED: _l("rejected by the mail server"),
    Reason.GIVEN_UP: _l("abandoned: it had run out of time"),
    Reason.BAD_ADDRESS: _l("no mail server can be asked about this address"),
    Reason.SUPPRESSED: _l("the address said that it does not exist"),
    Reason.PERSON_GONE: _l("the person was erased in the meantime"),
    Reason.WITHHELD: _l("no longer a member of the cohort when the email was due to be sent"),
    Reason.UNREADABLE: _l("an error on our side, recorded in the log"),
}
# Only these are listed by name: the others are the member's choice, or apply to all.
EXCLUSION_LABELS = {
    Exclusion.NO_ADDRESS: _l("no address"),
    Exclusion.SUPPRESSED: _l("the address said that it does not exist"),
}
ACTION_LABELS = {
    AdminAction.PAUSE: _l("sending paused"),
    AdminAction.RESUME: _l("sending resumed"),
    AdminAction.RETRY: _l("failed and deferred ones tried again"),
    AdminAction.SEND_AGAIN: _l("unknown ones sent again"),
    AdminAction.TAKE_AS_SENT: _l("unknown ones treated as sent"),
}
DECISION_LABELS = ACTION_LABELS | {
    AdminAction.SUPPRESS: _l("addresses rejected all at once: set aside"),
    AdminAction.SPARE: _l("addresses rejected all at once: kept"),
}
BOUNCE_LABELS = {
    BounceVerdict.GONE: _l("the address does not exist: nothing more is sent to it"),
    BounceVerdict.UNDECIDED: _l("rejected without a reason: after three such digests the address is set aside"),
    BounceVerdict.INNOCENT: _l("temporary: nothing was changed"),
    BounceVerdict.OTHER_ADDRESS: _l("about another address, to which this one may forward: nothing was changed"),
}
ANSWERED_BY_RELAY = (Reason.REFUSED, Reason.GIVEN_UP, None)


@dataclass(frozen=True, slots=True)
class DigestMailing:
    """The letters of a digest and the members without one.

    `status` is None for a digest without letters; `people` are those who acted on the letters, by id.
    """

    status: MailingStatus | None
    people: dict[int | None, Person]
    excluded: Counter[Exclusion]
    excluded_by_name: Sequence[Recipient]


def get_mailing(digest: Digest) -> DigestMailing:
    """Return all there is to see of the digest's letters."""
    status = find_mailing_status(reference(digest))
    return DigestMailing(
        status=status,
        people=find_people(action.person_id for action in status.actions) if status else {},
        excluded=_count_excluded(digest),
        excluded_by_name=_excluded_by_name(digest),
    )


def retry(digest: Digest, person_id: int, now: datetime) -> int:
    """Queue what failed again, to the e-mail addresses that the members have by now; return the number of letters.

    `person_id` is who asks for it. Commits.
    """
    _correct_addresses(digest)
    return retry_mailing(reference(digest), person_id, now)


def describe_trouble(letter: Letter) -> str | LazyString:
    """Return why a letter in trouble has not left."""
    if letter.state is State.DEFERRED:
        return _l("the mail server said “later”")
    return FAILURE_LABELS[letter.reason] if letter.reason else ""


def describe_bounce(bounce: Bounce) -> str:
    """Return in words what a report of a failure says, and what was done about it."""
    if bounce.held_at and not bounce.decided_at:
        return _("rejected at the same time as others: nothing changes until you decide")
    if bounce.decided_at and not bounce.permanent:
        return _("rejected at the same time as others: you decided to go on writing to it")
    if bounce.permanent and bounce.verdict is BounceVerdict.UNDECIDED:
        return _("permanently rejected for three digests in a row: nothing more is sent to it")
    return str(BOUNCE_LABELS[bounce.verdict])


def relay_answer(letter: Letter) -> str:
    """Return what the relay answered to a letter in trouble, code and text; empty where it was not asked."""
    if letter.reason not in ANSWERED_BY_RELAY:
        return ""
    return f"{letter.smtp_code or ''} {letter.smtp_text or ''}".strip()


def summarize_counts(counts: StatusCounts) -> str:
    """Return « 50 lettres : 48 parties, 2 en échec »: a number of zero is left out, but for those that have left."""
    parts = [ngettext("%(num)d sent", "%(num)d sent", counts.sent)]
    if counts.queued:
        parts.append(ngettext("%(num)d queued", "%(num)d queued", counts.queued))
    if counts.deferred:
        parts.append(ngettext("%(num)d deferred", "%(num)d deferred", counts.deferred))
    if counts.failed:
        parts.append(ngettext("%(num)d failed", "%(num)d failed", counts.failed))
    if counts.unknown:
        parts.append(ngettext("%(num)d unknown", "%(num)d unknown", counts.unknown))
    return ngettext("%(num)d email: %(told)s", "%(num)d emails: %(told)s", counts.total, told=", ".join(parts))


def describe_result(action: AdminAction, number: int) -> str:
    """Return what happened, after an action on `number` letters."""
    match action:
        case AdminAction.PAUSE:
            return ngettext(
                "Paused: %(num)d email is waiting for you to resume.",
                "Paused: %(num)d emails are waiting for you to resume.",
                number,
            )
        case AdminAction.RESUME:
            return ngettext(
                "Resumed: %(num)d email is on its way.", "Resumed: %(num)d emails are on their way.", number
            )
        case AdminAction.TAKE_AS_SENT:
            return ngettext("%(num)d email is now treated as sent.", "%(num)d emails are now treated as sent.", number)
        case _:
            return ngettext("%(num)d email has been queued again.", "%(num)d emails have been queued again.", number)


def _count_excluded(digest: Digest) -> Counter[Exclusion]:
    query = select(Recipient.exclusion, func.count()).where(Recipient.digest_id == digest.id)
    rows = db.session.execute(query.where(Recipient.exclusion.is_not(None)).group_by(Recipient.exclusion))
    return Counter({exclusion: number for exclusion, number in rows if exclusion is not None})


def _excluded_by_name(digest: Digest) -> Sequence[Recipient]:
    query = (
        select(Recipient)
        .options(joinedload(Recipient.membership).joinedload(Membership.person))
        .where(Recipient.digest_id == digest.id, Recipient.exclusion.in_(EXCLUSION_LABELS))
        .order_by(Recipient.membership_id)
    )
    return db.session.scalars(query.limit(SHOWN)).all()


def _correct_addresses(digest: Digest) -> None:
    """Give failed letters the e-mail address that their member has now: the old one may be why they failed."""
    moved = (
        select(Letter.id, Person.email, Person.name)
        .join(Person, Person.id == Letter.person_id)
        .where(Letter.mailing_id.in_(mailings_of(reference(digest))), Letter.state == State.FAILED)
        .where(Letter.to_email != Person.email, Letter.reason.not_in(NEVER_RETRIED))
    )
    for letter_id, email, name in db.session.execute(moved).all():
        db.session.execute(update(Letter).where(Letter.id == letter_id).values(to_email=email, to_name=name))
