"""Queue letters to members, each in their own language; and notifications: short letters to a few members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from app.database import db
from app.extensions import settings
from app.i18n import LOCALES
from app.letters.kinds import NOTE, Kind, LetterContext, WithheldError
from app.letters.message import is_email_for_relay
from app.letters.models import Letter, Mailing
from app.letters.outbox import (
    Addressee,
    add_mailing,
    queue_letters,
    render_mail,
    rewrite_mailing,
    unsent_mailings,
)
from app.teams.members import coordination
from app.teams.models import Membership, Promotion


def queue_for_members(members: Iterable[Membership], write_mailing: Callable[[str], Mailing], now: datetime) -> int:
    """Queue one letter per member and return how many were made; `write_mailing` returns the mailing of a locale.

    A member without e-mail address gets none; nor does one who has a letter of that mailing already. Never commits.
    """
    by_locale: dict[str, list[Addressee]] = {locale: [] for locale in LOCALES}
    for member in members:
        if email := member.person.email:
            addressee = Addressee(member.id, member.person_id, email, member.person.name)
            by_locale.setdefault(member.locale, []).append(addressee)
    return sum(queue_letters(write_mailing(locale), theirs, now) for locale, theirs in by_locale.items() if theirs)


def reply_addresses(promotion: Promotion, now: datetime) -> str | None:
    """Return where answers to a letter to the whole promotion go: the setting REPLY_TO, else the coordination."""
    if settings().reply_to:
        return settings().reply_to
    emails = [member.person.email for member in coordination(promotion, now)]
    return ", ".join(email for email in emails if email and is_email_for_relay(email)) or None


def queue_notification(
    mail: str,
    members: Iterable[Membership],
    *,
    reference: str,
    now: datetime,
    reply_to: str | None = None,
    private: bool = False,
    **values: object,
) -> int:
    """Queue one letter per member from the templates of `email/<mail>` with `values`; return how many were made.

    The text of a `private` notification is erased once it has left. Never commits.
    """

    def write_mailing(locale: str) -> Mailing:
        return _write(mail, locale, values, reference, now, reply_to=reply_to, private=private)

    return queue_for_members(members, write_mailing, now)


def queue_renewable(
    mail: str, members: Iterable[Membership], values: Mapping[str, object], *, reference: str, now: datetime
) -> int:
    """Queue a private notification that `renew_notification` writes anew while it waits. Never commits."""
    return queue_for_members(members, lambda locale: _write(mail, locale, values, reference, now, private=True), now)


def renew_notification(
    mail: str, which: ColumnElement[bool], values: Callable[[], Mapping[str, object] | None]
) -> None:
    """Write what `queue_renewable` has queued, of the mailings that `which` picks, with the `values` of now.

    Without values they do not leave at all; those that have left stay as they were. Never commits.
    """
    if not (mailings := unsent_mailings(which)):
        return
    current = values()
    for mailing in mailings:
        subject, text, html = render_mail(mail, mailing.locale, **current) if current else (None, "", "")
        rewrite_mailing(mailing, text, html, subject=subject)


def _write(
    mail: str,
    locale: str,
    values: Mapping[str, object],
    reference: str,
    now: datetime,
    *,
    private: bool,
    reply_to: str | None = None,
) -> Mailing:
    subject, text, html = render_mail(mail, locale, **values)
    return add_mailing(
        "note", locale, subject, text, html, reference=reference, created_at=now, reply_to=reply_to, private=private
    )


def _urls(context: LetterContext) -> Mapping[str, str]:
    """Return no URL of its own. Raises WithheldError when its text was erased before it could leave."""
    refuse_forgotten(context)
    return {}


def refuse_forgotten(context: LetterContext) -> None:
    """Raise WithheldError for a letter whose text was erased before it could leave."""
    text = db.session.scalar(select(Mailing.text).join(Letter).where(Letter.id == context.id))
    if not text:
        raise WithheldError("its text has been forgotten")


KIND = Kind(name="note", precedence=NOTE, give_up_after=timedelta(hours=72), urls=_urls, unsubscribable=False)
