"""Keep what somebody typed and could not send, give it back to them alone, and forget it once it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, delete, select

from app.database import db
from app.drafts.models import Draft
from app.security import sign, unsign
from app.teams.locking import lock_person
from app.teams.models import Person
from app.teams.sessions import LIFETIME as SESSION_LIFETIME

LIFETIME = timedelta(days=7)
MAX_LENGTH = 100_000  # code points of all fields with their names; a text that is far too long is shown, not stored

TOKEN_LIFETIME = SESSION_LIFETIME + LIFETIME  # as long as a form may have been open, and its text is worth keeping
_PURPOSE = "draft"


@dataclass(frozen=True, slots=True)
class DraftOrigin:
    """Which form a text comes from: the person for whom it was shown, the page on which it is shown again."""

    person_id: int
    page: str


@dataclass(frozen=True, slots=True)
class KeptText:
    """A draft as its form takes it. `lost`: its author has to be told where it waits."""

    page: str
    fields: Mapping[str, str]
    lost: bool


OF_PERSON = (
    select(Draft.page, Draft.fields, Draft.lost)
    .where(Draft.person_id == bindparam("person"), Draft.kept_at > bindparam("after"))
    .order_by(Draft.kept_at.desc(), Draft.id.desc())
)


def sign_origin(person: Person, page: str, today: date) -> str:
    """Return the token that the form on `page` carries: only what it names can be kept for `person`."""
    return sign(_PURPOSE, [person.id, page, today.isoformat()])


def read_origin(token: str, today: date) -> DraftOrigin | None:
    """Return what `token` names; None when it is not ours, or was made more than TOKEN_LIFETIME ago."""
    value = unsign(_PURPOSE, token)
    if not isinstance(value, list):
        return None
    person_id, page, *signed_on = value
    if not signed_on or today - date.fromisoformat(signed_on[0]) > TOKEN_LIFETIME:
        return None
    return DraftOrigin(person_id, page)


def keep_draft(origin: DraftOrigin, fields: Mapping[str, str], now: datetime, *, lost: bool) -> bool:
    """Keep `fields` as the latest draft of the form; return whether they are kept. Commits that, and nothing before it.

    `lost`: its author is not on the way back to the form, and is told on "my week" that it waits.

    Not kept: texts of nothing, of more than MAX_LENGTH code points, or of somebody who was erased.
    """
    typed, stored = "".join(fields.values()).strip(), sum(len(name) + len(text) for name, text in fields.items())
    if not typed or stored > MAX_LENGTH:
        return False
    db.session.rollback()
    if not lock_person(origin.person_id):  # another text for the form may come at this moment, or an erasure
        return False
    draft = _find(origin)
    if draft is None:
        draft = Draft(person_id=origin.person_id, page=origin.page)
        db.session.add(draft)
    draft.fields, draft.kept_at, draft.lost = dict(fields), now, lost
    db.session.commit()
    return True


def find_drafts(person: Person, now: datetime) -> list[KeptText]:
    """Return what is kept for the person, latest first: little, since each form has one draft at most."""
    rows = db.session.execute(OF_PERSON, {"person": person.id, "after": now - LIFETIME})
    return [KeptText(*row) for row in rows]


def discard_draft(origin: DraftOrigin) -> None:
    """Forget the draft, if there is one. Commits that, and nothing that the request has left uncommitted."""
    db.session.rollback()
    draft = _find(origin)  # looked for first: most texts are sent at once, and a deletion of nothing is a write as well
    if draft is not None:
        db.session.delete(draft)
        db.session.commit()


def purge_drafts(now: datetime) -> None:
    """Erase the drafts for which nobody has come back within LIFETIME. Commits."""
    db.session.execute(delete(Draft).where(Draft.kept_at <= now - LIFETIME))
    db.session.commit()


def _find(origin: DraftOrigin) -> Draft | None:
    return db.session.scalar(select(Draft).where(Draft.person_id == origin.person_id, Draft.page == origin.page))
