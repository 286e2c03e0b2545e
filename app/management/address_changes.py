"""Change somebody's address: at their wish, confirmed from the new one; at the coordination's, at once.

The old address is told in both cases, and can refuse for a week, which puts it back. Each of these commits.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.errors import DomainError
from app.feeds import personal_data as feeds
from app.fingerprints import fingerprint
from app.i18n import lazy_gettext as _l
from app.identity import personal_data as identity
from app.management import address_letters
from app.management.address_rules import A_DAY, AGAIN_AFTER, may_confirm, may_refuse
from app.management.authority import check_authority
from app.management.models import AddressChange, ChangeState
from app.management.people import ChangedMeanwhileError
from app.teams.addresses import end_sessions_and_links, give_address, is_in_use
from app.teams.locking import lock_person
from app.teams.models import Person


class AddressInUseError(DomainError):
    """The address cannot become somebody's: whose it is, is not said."""

    status = 409
    advice = _l("This address is already used on this site: choose another one.")


class TooManyChangesError(DomainError):
    """The person has asked for too many addresses within a day."""

    status = 429
    advice = _l("You have asked for several changes today: try again tomorrow.")


def ask_change(person: Person, email: str, now: datetime) -> AddressChange:
    """Send a link to the new address, which makes the change, and a notice to the old one. Commits.

    The same request within minutes sends nothing anew. Raises AddressInUseError, TooManyChangesError.
    """
    lock_person(person.id)
    _check_free(person, email)
    for pending in pending_of(person):
        if pending.new_email == email and now < pending.asked_at + AGAIN_AFTER:
            db.session.rollback()
            return pending
        pending.state, pending.decided_at = ChangeState.GIVEN_UP, now
    recent = select(func.count()).where(
        AddressChange.person_id == person.id,
        AddressChange.asked_by_id == person.id,
        AddressChange.asked_at > now - timedelta(days=1),
    )
    if (db.session.scalar(recent) or 0) >= A_DAY:
        db.session.rollback()
        raise TooManyChangesError("too many changes of address within a day")
    change = _add(person, email, person, now)
    address_letters.queue_confirmation(change, now)
    address_letters.queue_notice(change, now)
    _record(AuditAction.ADDRESS_ASKED, person, person.id, now)
    db.session.commit()
    return change


def address_base(person: Person) -> str:
    """Return the fingerprint of the address that `correct_address` replaces."""
    return fingerprint(person.email)


def correct_address(person: Person, email: str, by: Person, now: datetime, *, seen: str = "") -> None:
    """Give somebody the right address at once, and tell both. Commits; the address that they have changes nothing.

    The mailbox of a wrong address may be a stranger's: whatever else it may have opened ends as well. `seen`: the
    `address_base` of the page of who corrects it, if known. Raises AddressInUseError, ElsewhereError, and
    ChangedMeanwhileError when another address was given meanwhile.
    """
    lock_person(person.id)
    db.session.refresh(person)
    check_authority(person, by, now)
    if person.email == email:
        db.session.rollback()
        return
    if seen and seen != address_base(person):
        db.session.rollback()
        raise ChangedMeanwhileError("corrected by somebody else meanwhile")
    _check_free(person, email)
    for pending in pending_of(person):
        pending.state, pending.decided_at = ChangeState.GIVEN_UP, now
    change = _add(person, email, by, now)
    _make(change, now)
    _end_other_ways_in(person)
    address_letters.queue_correction(change, now)
    address_letters.queue_notice(change, now)
    _record(AuditAction.ADDRESS_CHANGED, person, by.id, now)
    db.session.commit()


def find_change(change_id: int) -> AddressChange | None:
    """Return the change with that id."""
    return db.session.get(AddressChange, change_id)


def is_confirmable(change: AddressChange, now: datetime) -> bool:
    """Return whether the link to the new address still does something."""
    return change.state is ChangeState.ASKED and may_confirm(change.asked_at, now)


def is_refusable(change: AddressChange, now: datetime) -> bool:
    """Return whether the link to the old address still does something: whatever address may have followed."""
    return change.state in {ChangeState.ASKED, ChangeState.MADE} and may_refuse(change.asked_at, now)


def confirm(change: AddressChange, now: datetime) -> bool:
    """Make the change that was asked for; False when it cannot be made any more, or was made a moment ago. Commits.

    Raises AddressInUseError when the address became somebody else's, meanwhile or at this moment; the change is given
    up then.
    """
    change_id, person_id = change.id, change.person_id
    locked = _lock(change_id, person_id)
    if locked is None or not is_confirmable(locked, now):
        db.session.rollback()
        return False
    try:
        _check_free(locked.person, locked.new_email)
        _make(locked, now)
    except AddressInUseError:
        _give_up(change_id, person_id, now)
        raise
    _record(AuditAction.ADDRESS_CHANGED, locked.person, locked.person_id, now)
    db.session.commit()
    return True


def _give_up(change_id: int, person_id: int, now: datetime) -> None:
    """Give up a change that could not be made; the transaction that tried has ended. Commits."""
    change = _lock(change_id, person_id)
    if change is not None and change.state is ChangeState.ASKED:
        change.state, change.decided_at = ChangeState.GIVEN_UP, now
    db.session.commit()


def refuse(change: AddressChange, now: datetime) -> bool:
    """Refuse a change from the old address, and put that back if it was made; False when it is too late. Commits.

    Changes that followed are refused with it: who took the account over by one may have hidden behind the next. What
    they may have opened ends: sessions, links, identities, addresses of feeds. Raises AddressInUseError when the old
    address became somebody else's at this moment.
    """
    locked = _lock(change.id, change.person_id)
    if locked is None:
        db.session.rollback()
        return False
    change, person = locked, locked.person
    taken = person.email != change.old_email and is_in_use(change.old_email)
    if not is_refusable(change, now) or (change.state is ChangeState.MADE and taken):
        db.session.rollback()
        return False
    if change.state is ChangeState.MADE:
        _give_address(person, change.old_email)
    end_sessions_and_links(person)
    _end_other_ways_in(person)
    for each in changes_of(person):
        if each.id >= change.id and each.state in {ChangeState.ASKED, ChangeState.MADE}:
            each.state, each.decided_at = ChangeState.REFUSED, now
    _record(AuditAction.ADDRESS_REFUSED, person, person.id, now)
    db.session.commit()
    return True


def changes_of(person: Person) -> list[AddressChange]:
    """Return the changes of somebody's address, the latest first."""
    query = select(AddressChange).where(AddressChange.person_id == person.id)
    return list(db.session.scalars(query.order_by(AddressChange.id.desc())))


def pending_of(person: Person) -> list[AddressChange]:
    """Return those that wait to be confirmed, the latest first."""
    return [change for change in changes_of(person) if change.state is ChangeState.ASKED]


def _end_other_ways_in(person: Person) -> None:
    """End what opens the account, or shows something of it, without a letter to its address."""
    identity.erase_for(person)
    feeds.erase_for(person)


def _lock(change_id: int, person_id: int) -> AddressChange | None:
    """Lock the person and read their change anew; None once they are erased, and it with them."""
    lock_person(person_id)
    change = db.session.scalar(
        select(AddressChange).where(AddressChange.id == change_id), execution_options={"populate_existing": True}
    )
    if change is not None:
        db.session.refresh(change.person)
    return change


def _check_free(person: Person, email: str) -> None:
    if is_in_use(email):
        db.session.rollback()
        raise AddressInUseError(f"the address is in use; asked for person {person.id}")


def _add(person: Person, email: str, by: Person, now: datetime) -> AddressChange:
    change = AddressChange(
        person_id=person.id, old_email=person.email or "", new_email=email, asked_at=now, asked_by_id=by.id
    )
    db.session.add(change)
    db.session.flush()
    return change


def _make(change: AddressChange, now: datetime) -> None:
    _give_address(change.person, change.new_email)
    change.state, change.decided_at = ChangeState.MADE, now


def _give_address(person: Person, email: str) -> None:
    """Give somebody the address. Raises AddressInUseError when it has become somebody else's at this moment."""
    try:
        give_address(person, email)
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise AddressInUseError("taken at this moment") from None


def _record(action: AuditAction, person: Person, by: int, now: datetime) -> None:
    """Note it in every cohort that the person is in."""
    for member in person.memberships:
        record_action(action, by, now, promotion_id=member.promotion_id, person_id=person.id)
