"""Give somebody another e-mail address: what the old mailbox could open ends with it."""

from __future__ import annotations

from sqlalchemy import delete, select

from app.database import db
from app.letters.outbox import readdress
from app.teams.models import Person
from app.teams.sign_in_models import SignInToken, UserSession


def is_in_use(email: str) -> bool:
    """Return whether `email`, as `parse_email` gives it, is somebody's address."""
    return db.session.scalar(select(Person.id).where(Person.email == email)) is not None


def give_address(person: Person, email: str) -> None:
    """Set the address, for letters that wait too. Never commits.

    Whoever reads the old mailbox may have signed in, and holds the links of every letter: all of those end.
    """
    person.email = email
    readdress(person.id, email)
    end_sessions_and_links(person)


def end_sessions_and_links(person: Person) -> None:
    """Sign the person out everywhere, and end the links of every letter so far. Never commits."""
    person.link_epoch += 1
    for model in (SignInToken, UserSession):
        db.session.execute(delete(model).where(model.person_id == person.id))
