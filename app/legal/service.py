"""Read and save what the legal pages say of this site."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.legal.details import Conformity, Details, conformity_of, read_details
from app.legal.models import ONLY, LegalDetails

REMEMBERED = timedelta(minutes=1)  # by each process, for the foot of every page
NOTHING = Details()
_MEMORY = "bulletins-conformity"


@dataclass(frozen=True, slots=True)
class Saved:
    """The details, with the revision that a change starts from (0: nothing was ever saved) and when they changed."""

    details: Details = NOTHING
    revision: int = 0
    changed_at: datetime | None = None


class DetailsChangedError(Exception):
    """Somebody saved other details since the form was opened; `theirs` is what stands now."""

    def __init__(self, theirs: Saved) -> None:
        self.theirs = theirs
        super().__init__(theirs.revision)


def find_details() -> Saved:
    """Return what was filled in so far."""
    row = db.session.get(LegalDetails, ONLY, populate_existing=True)
    return Saved(read_details(row.texts), row.revision, row.changed_at) if row else Saved()


def save_details(details: Details, base: int, by: int, now: datetime) -> None:
    """Store the details, changed from revision `base` by the person `by`. Commits.

    The same again changes nothing. Raises DetailsChangedError, and changes nothing, where somebody else was first.
    """
    query = select(LegalDetails).where(LegalDetails.id == ONLY).with_for_update()
    row = db.session.scalar(query, execution_options={"populate_existing": True})
    current = Saved(read_details(row.texts), row.revision, row.changed_at) if row else Saved()
    if row and current.details == details:
        return
    if current.revision != base:
        raise DetailsChangedError(current)
    if row is None:
        row = LegalDetails(id=ONLY, revision=0)
        db.session.add(row)
    row.texts, row.revision, row.changed_at = asdict(details), base + 1, now
    record_action(AuditAction.PAGE_CHANGED, by, now, subject="/legal-notice")
    try:
        db.session.commit()
    except IntegrityError:  # two first ones at once
        db.session.rollback()
        raise DetailsChangedError(find_details()) from None
    current_app.extensions.pop(_MEMORY, None)


def conformity(now: datetime) -> Conformity:
    """Return the state that the foot of every page tells; looked up by each process once in a while."""
    known: tuple[datetime, Conformity] | None = current_app.extensions.get(_MEMORY)
    if known and abs(now - known[0]) < REMEMBERED:
        return known[1]
    found = conformity_of(find_details().details)
    current_app.extensions[_MEMORY] = (now, found)
    return found


def last_known_conformity() -> Conformity:
    """Return the same without the database, for a page that must not ask it."""
    known: tuple[datetime, Conformity] | None = current_app.extensions.get(_MEMORY)
    return known[1] if known else Conformity.NONE
