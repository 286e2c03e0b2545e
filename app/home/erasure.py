"""All that is kept about one person, gathered from the rooms: given to them, erased at their request."""

from __future__ import annotations

from datetime import datetime

from app.bulletins import personal as bulletins
from app.bulletins.freeze import hold
from app.confidential import personal as confidential
from app.database import db
from app.digests import personal as digests
from app.help_requests import personal as help_requests
from app.letters import personal_data as letters
from app.readership import personal as readership
from app.readership.keeping import keep_figures
from app.teams import personal as teams
from app.teams.models import Person

ROOMS = (bulletins, help_requests, confidential, digests, readership)


def everything_about(person: Person) -> dict[str, object]:
    """Whatever a table says about the person, in words of the product; secrets are kept as hashes and stay out."""
    kept = teams.kept_about(person)
    for room in ROOMS:
        kept |= room.kept_about(person)
    return kept | letters.export_for(person.id, person.email or "")


def erase_person(person: Person, now: datetime) -> None:
    """Erase the person: what they wrote for their team stays, its author is a former member. Nothing brings it back.

    Marks, offers, confidential words, sign-in links and the address are erased, letters keep no trace of whom they
    were for. The membership stays without name and team, counted in the digests of its time, and in none from now on.
    """
    for member in person.memberships:
        keep_figures(member.promotion, now)  # months that are complete are counted first: they change no more
    for member in person.memberships:
        hold(member.promotion_id, alone=True)  # no digest is addressed to them meanwhile
    for room in ROOMS:
        room.erase(person)
    letters.erase_for(person.id, person.email or "")
    teams.erase(person, now)
    db.session.commit()
