"""Export and erase the drafts of one person. Never commits."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.database import db
from app.drafts.models import Draft
from app.teams.models import Person


def export_for(person: Person) -> dict[str, object]:
    """Return what they typed and have not sent."""
    drafts = db.session.scalars(select(Draft).where(Draft.person_id == person.id).order_by(Draft.id))
    return {"drafts": [{"page": draft.page, "fields": draft.fields, "kept_at": draft.kept_at} for draft in drafts]}


def erase_for(person: Person) -> None:
    """Erase their drafts."""
    db.session.execute(delete(Draft).where(Draft.person_id == person.id))
