"""The link of an invitation: the page to sign in, with the invited address filled in."""

from __future__ import annotations

from app.database import db
from app.routing import public_url
from app.security import sign, unsign
from app.teams.models import Person

PURPOSE = "invited"


def invitation_link(person: Person) -> str:
    """Return the URL to put into an invitation; it signs nobody in, and ends with the other links in letters."""
    return public_url("teams.sign_in", **{"for": sign(PURPOSE, [person.id, person.link_epoch])})


def invited_address(token: str) -> str:
    """Return the address that was invited with that token; "" for an invalid token."""
    match unsign(PURPOSE, token):
        case [int(person_id), int(epoch)]:
            person = db.session.get(Person, person_id)
            return (person.email or "") if person and person.link_epoch == epoch else ""
    return ""
