"""What one sets on one's own page."""

from __future__ import annotations

from app.database import db
from app.teams.models import Person


def set_language(person: Person, language: str) -> None:
    """Write to the person, and answer them, in `language` from now on."""
    person.locale = language
    db.session.commit()
