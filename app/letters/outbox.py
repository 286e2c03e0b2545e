"""Queue letters: render a mail, store a mailing once a language, queue one letter a person. Never commits.

Subject, text and HTML may hold placeholders (`@@read_url@@`), which each letter fills with URLs of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any
from uuid import uuid4

import css_inline
from flask import current_app
from sqlalchemy import ColumnElement, exists, select, update

from app.database import db, insert_or_ignore
from app.extensions import settings
from app.i18n import force_locale
from app.letters.kinds import get_kind
from app.letters.message import domain_of, one_line
from app.letters.models import Letter, Mailing
from app.letters.states import State

CHUNK = 500
WORD_JOINER = "\u2060"  # invisible, and breaks a placeholder that somebody typed


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person a letter is for. A membership gets one a reference; a reference without membership has one."""

    membership_id: int | None
    person_id: int | None
    email: str
    name: str


def render_mail(name: str, locale: str, /, **values: object) -> tuple[str, str, str]:
    """Render `templates/email/<name>/{subject.txt,body.txt,body.html}` in `locale`: (subject, text, html).

    `locale` is also there for the templates; a value that they use and `values` lacks raises UndefinedError.
    """
    with force_locale(locale):
        subject, text, html = (
            current_app.jinja_env.get_template(f"email/{name}/{part}").render(locale=locale, **values)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return one_line(subject), text.strip() + "\n", inline_styles(html)


def inline_styles(html: str) -> str:
    """Move the style sheet of `html` onto its elements; media queries stay. Nothing is ever fetched."""
    return _inliner().inline(html)


def without_placeholders(text: str) -> str:
    """Return `text`, typed by somebody, so that nothing in it is read as a placeholder; it looks the same."""
    return text.replace("@@", f"@{WORD_JOINER}@")


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
    """Write the content of letters in one language; `created_at` becomes the Date of each of them.

    Answers go to `reply_to`, else to the setting REPLY_TO. The content of a `private` mailing is erased once its
    letters have left. Flushes, so that the database refuses a second mailing of the same `reference` and `locale`
    (IntegrityError).
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
        reply_to=reply_to or settings().reply_to,
        private=private,
        dated_at=created_at.replace(microsecond=0),
        created_at=created_at,
    )
    db.session.add(mailing)
    db.session.flush()
    return mailing


def is_posted(reference: str) -> bool:
    """Return whether a mailing of that reference was written, in any language."""
    return bool(db.session.scalar(select(exists().where(Mailing.reference == reference))))


def is_any_posted(prefix: str) -> bool:
    """Return whether a mailing was written whose reference begins with `prefix`, in any language."""
    begins = Mailing.reference.startswith(prefix, autoescape=True)
    return bool(db.session.scalar(select(exists().where(begins))))


def queue_letters(mailing: Mailing, addressees: Iterable[Addressee], now: datetime) -> int:
    """Queue one letter an addressee, in chunks, due at once; return the number of rows queued.

    An addressee who already has a letter of that reference is skipped, so queueing twice makes nothing new.
    """
    rows = _rows(mailing, addressees, now)
    connection = db.session.connection()
    insert = insert_or_ignore(Letter, "key")
    queued = 0
    while chunk := list(islice(rows, CHUNK)):
        queued += connection.execute(insert, chunk, execution_options={"preserve_rowcount": True}).rowcount
    return queued


def readdress(person_id: int, email: str) -> None:
    """Let the letters of a person that have not started go to `email`: their address was corrected.

    What a worker has claimed is taken away from it, since it knows the old address; another claim finds the new one.
    """
    own = update(Letter).where(Letter.person_id == person_id)
    unclaimed = {"state": State.QUEUED, "claimed_by": None, "lease_until": None}
    db.session.execute(own.where(Letter.state == State.CLAIMED).values(to_email=email, **unclaimed))
    db.session.execute(own.where(Letter.state.in_([State.QUEUED, State.DEFERRED])).values(to_email=email))


def rewrite_mailing(mailing: Mailing, text: str, html: str, *, subject: str | None = None) -> None:
    """Give the letters of a mailing that have not started another content, and another `subject` unless that is None.

    Those that have left stay as they were. A letter starts only in the revision of today: a worker that has read the
    one before reads its mailing anew.
    """
    mailing.text, mailing.html, mailing.revision = text, html, mailing.revision + 1
    if subject is not None:
        mailing.subject = subject


def unsent_mailings(which: ColumnElement[bool]) -> Sequence[Mailing]:
    """Lock and return the private mailings that `which` picks, of which a letter has still to leave: their content is
    there. Read after it what they are to say: another change at this moment has written them, or waits.
    """
    query = select(Mailing).where(which, Mailing.private, Mailing.text != "").order_by(Mailing.id).with_for_update()
    return db.session.scalars(query, execution_options={"populate_existing": True}).all()


def membership_in(key: str, reference: str) -> int | None:
    """Return the membership that the `key` of a letter names; None for a letter that is its reference's only one."""
    suffix = key.removeprefix(reference).removeprefix(":")
    return int(suffix) if suffix else None


def _key(reference: str, addressee: Addressee) -> str:
    return reference if addressee.membership_id is None else f"{reference}:{addressee.membership_id}"


def _rows(mailing: Mailing, addressees: Iterable[Addressee], now: datetime) -> Iterator[dict[str, Any]]:
    kind = get_kind(mailing.kind)
    domain = domain_of(settings().mail_from)
    for addressee in addressees:
        yield {
            "mailing_id": mailing.id,
            "key": _key(mailing.reference, addressee),
            "person_id": addressee.person_id,
            "personal": addressee.person_id is not None,
            "to_email": addressee.email,
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


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
