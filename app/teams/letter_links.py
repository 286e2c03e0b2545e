"""What ends the links in somebody's letters: their epoch grows, and every link signed for an earlier one is gone."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from app.database import db
from app.teams.models import Membership, Person

FIRST_EPOCH = 1  # also of the links sent before they named theirs

EPOCH = select(Person.link_epoch).join(Membership.person).where(Membership.id == bindparam("member"))


def link_epoch_of(membership_id: int) -> int:
    """Return the epoch that the links of a letter to this member name when it leaves now."""
    return db.session.connection().execute(EPOCH, {"member": membership_id}).scalar_one()


def end_letter_links(person: Person) -> None:
    """End the links of every letter that has left. Commits."""
    person.link_epoch = Person.link_epoch + 1
    db.session.commit()
