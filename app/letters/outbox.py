"""The way into the post office: write a mailing once, queue one letter a person. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import uuid4

from sqlalchemy import exists, select

from app.database import db, insert_or_ignore
from app.extensions import settings
from app.letters.headers import domain_of
from app.letters.kinds import get_kind
from app.letters.models import Letter, Mailing
from app.letters.states import State

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is for. A second letter with the same `key` is never made."""

    key: str
    person_id: int | None
    address: str
    name: str


def add_mailing(
    kind: str,
    locale: str,
    subject: str,
    text: str,
    html: str,
    *,
    reference: str,
    created_at: datetime,
    list_id: str | None = None,
    archive_url: str | None = None,
    reply_to: str | None = None,
    private: bool = False,
) -> Mailing:
    """Write down what the letters will say in one language; `created_at` becomes the Date of each of them.

    `text` and `html` may hold marks (`@@read_url@@`), filled letter by letter with what the kind says. With `private`
    they are forgotten once the letters have left. Flushes, so that the database refuses a second mailing of the same
    `reference` and `locale` (IntegrityError).
    """
    mailing = Mailing(
        kind=get_kind(kind).name,
        locale=locale,
        subject=subject,
        text=text,
        html=html,
        reference=reference,
        list_id=list_id,
        archive_url=archive_url,
        reply_to=reply_to,
        private=private,
        dated_at=created_at.replace(microsecond=0),
        created_at=created_at,
    )
    db.session.add(mailing)
    db.session.flush()
    return mailing


def is_posted(reference: str) -> bool:
    """Whether a mailing of that reference was written, in any language."""
    return bool(db.session.scalar(select(exists().where(Mailing.reference == reference))))


def queue_letters(mailing: Mailing, addressees: Iterable[Addressee], now: datetime) -> int:
    """Queue one letter a person, in chunks, due at once; gives the number of rows made.

    A key that already has a letter is passed over, so queueing twice makes nothing new.
    """
    rows = _rows(mailing, addressees, now)
    connection = db.session.connection()
    insert = insert_or_ignore(Letter, "key")
    made = 0
    while chunk := list(islice(rows, CHUNK)):
        made += connection.execute(insert, chunk, execution_options={"preserve_rowcount": True}).rowcount
    return made


def _rows(mailing: Mailing, addressees: Iterable[Addressee], now: datetime) -> Iterator[dict[str, Any]]:
    kind = get_kind(mailing.kind)
    domain = domain_of(settings().mail_from)
    for addressee in addressees:
        yield {
            "mailing_id": mailing.id,
            "key": addressee.key,
            "person_id": addressee.person_id,
            "personal": addressee.person_id is not None,
            "to_address": addressee.address,
            "to_name": addressee.name,
            "precedence": kind.precedence,
            "state": State.QUEUED,
            "message_id": f"<{uuid4().hex}@{domain}>",
            "attempts": 0,
            "deferrals": 0,
            "due_at": now,
            "gives_up_at": now + kind.give_up_after,
            "created_at": now,
        }
