"""Export and erase the changes of one person's address. Never commits."""

from __future__ import annotations

from app.management.address_changes import changes_of
from app.management.address_letters import forget_person
from app.teams.models import Person


def export_for(person: Person) -> dict[str, object]:
    """Return the changes of their address, by whom they were asked for."""
    return {
        "changes_of_address": [
            {
                "from": change.old_email,
                "to": change.new_email,
                "state": change.state,
                "asked_at": change.asked_at,
                "asked_by_you": change.asked_by_id == person.id,
                "decided_at": change.decided_at,
            }
            for change in changes_of(person)
        ]
    }


def erase_for(person: Person) -> None:
    """Erase them, with the addresses that their letters went to."""
    forget_person(person)
