"""The link of an invitation: the page to sign in, on which the address of who was invited stands already."""

from __future__ import annotations

from app.database import db
from app.routing import public_url
from app.security import sign, unsign
from app.teams.models import Person

PURPOSE = "invited"


def invitation_link(person_id: int) -> str:
    """Return the URL to put into an invitation; it signs nobody in."""
    return public_url("teams.sign_in", **{"for": sign(PURPOSE, person_id)})


def invited_address(token: str) -> str:
    """Return the address of who was invited with that token; "" for a token that is none."""
    person_id = unsign(PURPOSE, token)
    person = db.session.get(Person, person_id) if isinstance(person_id, int) else None
    return (person.email or "") if person else ""
