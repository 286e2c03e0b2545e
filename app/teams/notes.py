"""Notes: short letters to a few members, each in their own language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.database import db
from app.languages import DEFAULT
from app.letters.kinds import NOTE, Kind, LetterContext, WithheldError
from app.letters.models import Letter, Mailing
from app.letters.outbox import Addressee, add_mailing, queue_letters, render_mail
from app.teams.models import Membership


def queue_note(
    mail: str,
    members: Iterable[Membership],
    *,
    reference: str,
    now: datetime,
    reply_to: str | None = None,
    private: bool = False,
    **values: Any,
) -> int:
    """Queue one letter a member, from the templates of `email/<mail>` with `values`; gives how many were made.

    A member without an address gets none. A `private` note is forgotten once it has left. Never commits.
    """
    made = 0
    for locale, addressed in _by_locale(members).items():
        content = render_mail(mail, locale, **values)
        mailing = add_mailing(
            "note", locale, *content, reference=reference, created_at=now, reply_to=reply_to, private=private
        )
        letters = (Addressee(m.id, m.person_id, m.person.email or "", m.person.name) for m in addressed)
        made += queue_letters(mailing, letters, now)
    return made


def _by_locale(members: Iterable[Membership]) -> dict[str, list[Membership]]:
    by_locale: dict[str, list[Membership]] = defaultdict(list)
    for member in members:
        if member.person.email:
            by_locale[member.person.locale or member.promotion.locale or DEFAULT].append(member)
    return dict(sorted(by_locale.items()))


def _urls(context: LetterContext) -> Mapping[str, str]:
    """A note has no URL of its own; it is held back when its text was forgotten before it could leave."""
    text = db.session.scalar(select(Mailing.text).join(Letter).where(Letter.id == context.id))
    if not text:
        raise WithheldError("its text has been forgotten")
    return {}


KIND = Kind(name="note", precedence=NOTE, give_up_after=timedelta(hours=72), urls=_urls, unsubscribable=False)
