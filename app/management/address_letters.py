"""The letters about a change of address, and the links in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select, update

from app.database import db
from app.i18n import DEFAULT
from app.letters.kinds import NOTE, Kind, LetterContext, WithheldError
from app.letters.models import Bounce, Letter, LetterEvent, Mailing
from app.letters.outbox import Addressee, add_mailing, queue_letters, render_mail
from app.management.address_rules import (
    HISTORY_STORED_FOR,
    LETTERS_STORED_FOR,
)
from app.management.models import AddressChange, ChangeState
from app.routing import public_url
from app.security import sign, unsign
from app.teams.models import Person

PURPOSE = "address"
CONFIRM, REFUSE, TOLD = "confirm", "refuse", "told"


def queue_confirmation(change: AddressChange, now: datetime) -> None:
    """Send the new address a link that makes the change. Never commits."""
    _queue("address_confirm", CONFIRM, change, change.new_email, now)


def queue_correction(change: AddressChange, now: datetime) -> None:
    """Tell the new address that it is the one to sign in with now. Never commits."""
    _queue("address_corrected", TOLD, change, change.new_email, now)


def queue_notice(change: AddressChange, now: datetime) -> None:
    """Tell the old address, with a link that refuses. Never commits."""
    _queue("address_notice", REFUSE, change, change.old_email, now)


def read_token(token: str) -> tuple[int, str] | None:
    """Return the change and what the link does, `CONFIRM` or `REFUSE`; None for a token that we did not sign."""
    match unsign(PURPOSE, token):
        case [int(change_id), str(does)] if does in {CONFIRM, REFUSE}:
            return change_id, does
    return None


def erase_old_changes(now: datetime) -> None:
    """Erase the addresses of such letters, and in the end the history itself. Commits."""
    ours = select(Mailing.id).where(Mailing.kind == KIND.name, Mailing.created_at < now - LETTERS_STORED_FOR)
    _empty_letters(ours)
    db.session.execute(delete(AddressChange).where(AddressChange.asked_at < now - HISTORY_STORED_FOR))
    db.session.commit()


def forget_person(person: Person) -> None:
    """Erase the changes of somebody's address and to whom their letters went. Never commits."""
    changes = db.session.scalars(select(AddressChange.id).where(AddressChange.person_id == person.id)).all()
    references = [_reference(change, does) for change in changes for does in (CONFIRM, REFUSE, TOLD)]
    mailings = select(Mailing.id).where(Mailing.reference.in_(references))
    _empty_letters(mailings)
    content = {"subject": "", "text": "", "html": "", "reply_to": None}
    db.session.execute(update(Mailing).where(Mailing.reference.in_(references)).values(content))
    db.session.execute(delete(AddressChange).where(AddressChange.person_id == person.id))
    db.session.execute(update(AddressChange).where(AddressChange.asked_by_id == person.id).values(asked_by_id=None))


def _empty_letters(mailings: Select[int]) -> None:
    """Erase to whom the letters of `mailings` went, and what was answered about it."""
    letters = select(Letter.id).where(Letter.mailing_id.in_(mailings))
    db.session.execute(update(LetterEvent).where(LetterEvent.letter_id.in_(letters)).values(detail=""))
    db.session.execute(update(Bounce).where(Bounce.letter_id.in_(letters)).values(text=""))
    blank = {"to_email": "", "to_name": "", "smtp_text": None}
    db.session.execute(update(Letter).where(Letter.mailing_id.in_(mailings)).values(blank))


def _reference(change_id: int, does: str) -> str:
    return f"address:{change_id}:{does}"


def _queue(mail: str, does: str, change: AddressChange, email: str, now: datetime) -> None:
    """Queue one letter, to an address and not to the person: a later change must not readdress it."""
    person = change.person
    promotions = [member.promotion for member in person.memberships]
    locale = person.locale or (promotions[-1].locale if promotions else DEFAULT)
    by_themselves = change.state is ChangeState.ASKED  # what the coordination corrects is made at once
    subject, text, html = render_mail(
        mail, locale, change=change, by_themselves=by_themselves, sign_in_url=public_url("teams.sign_in")
    )
    mailing = add_mailing(
        KIND.name, locale, subject, text, html, reference=_reference(change.id, does), created_at=now, private=True
    )
    queue_letters(mailing, [Addressee(None, None, email, "")], now)


def _load_shared(reference: str) -> tuple[int, str]:
    _name, change_id, does = reference.split(":")
    return int(change_id), does


def _urls(context: LetterContext) -> Mapping[str, str]:
    change_id, does = context.shared
    change = db.session.get(AddressChange, change_id)
    waits = {CONFIRM: {ChangeState.ASKED}, REFUSE: {ChangeState.ASKED, ChangeState.MADE}, TOLD: {ChangeState.MADE}}
    if change is None or change.state not in waits[does]:
        raise WithheldError("the change of address has been decided since")
    if does == TOLD:
        return {}
    return {"address_url": public_url("management_addresses.open_link", secret=sign(PURPOSE, [change.id, does]))}


KIND = Kind(
    name="address",
    precedence=NOTE,
    give_up_after=timedelta(hours=24),
    urls=_urls,
    unsubscribable=False,
    load_shared=_load_shared,
)
