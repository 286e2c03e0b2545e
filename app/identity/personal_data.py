"""Export and erase the identities that are linked with one person (GDPR, articles 15 and 17). Never commits."""

from __future__ import annotations

from sqlalchemy import delete

from app.database import db
from app.identity.models import Identity
from app.identity.service import identities_of
from app.teams.models import Person


def export_for(person: Person) -> dict[str, object]:
    """Return what each provider calls them; the ID tokens of their sessions say nothing else, and are left out."""
    return {
        "identities": [
            {"issuer": each.issuer, "subject": each.subject, "linked_at": each.linked_at}
            for each in identities_of(person.id)
        ]
    }


def erase_for(person: Person) -> None:
    """Erase their identities, and with each the ID tokens of the sessions that it began."""
    db.session.execute(delete(Identity).where(Identity.person_id == person.id))
