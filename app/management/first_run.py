"""The first run: the first cohort of a site and its coordinator, by a link that works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select

from app.database import db, rows_changed
from app.management.models import SetupLink
from app.management.promotions import PromotionValues, add_promotion
from app.security import hash_secret, new_secret
from app.teams.models import Membership, Person
from app.teams.roles import Role
from app.teams.sessions import begin_session
from app.teams.sign_in import NewSession

ANOTHER_LINK_AFTER = timedelta(minutes=1)  # processes that start together print one


@dataclass(frozen=True, slots=True)
class FirstCoordinator:
    """Who makes the first cohort, with an address as `parse_email` gives it."""

    email: str
    name: str


def is_new_site() -> bool:
    """Return whether nobody coordinates anything here yet: the first run is open."""
    coordinates = or_(Membership.role == Role.COORDINATOR, Membership.coordinates)
    query = select(Membership.id).join(Membership.person).where(coordinates, Person.email.is_not(None))
    return db.session.scalar(query.limit(1)) is None


def make_setup_link(now: datetime) -> str | None:
    """Return the secret of a new link for the first run, which ends the one before. Commits.

    None once somebody coordinates, or when another process has made one within the last minute.
    """
    if not is_new_site():
        return None
    link = db.session.scalar(select(SetupLink).with_for_update())
    if link is not None and now < link.made_at + ANOTHER_LINK_AFTER:
        db.session.rollback()
        return None
    secret = new_secret()
    if link is None:
        link = SetupLink(id=1)
        db.session.add(link)
    link.secret_hash, link.made_at = hash_secret(secret), now
    db.session.commit()
    return secret


def is_setup_link(secret: str) -> bool:
    """Return whether the link opens the first run still."""
    query = select(SetupLink.id).where(SetupLink.secret_hash == hash_secret(secret))
    return db.session.scalar(query) is not None and is_new_site()


def set_up(secret: str, values: PromotionValues, first: FirstCoordinator, now: datetime) -> NewSession | None:
    """Make the first cohort and its coordinator, and begin their session; None when the link is used up. Commits.

    Raises PromotionNameError, having used nothing up.
    """
    used = rows_changed(delete(SetupLink).where(SetupLink.secret_hash == hash_secret(secret)))
    if used != 1 or not is_new_site():
        db.session.rollback()
        return None
    person = db.session.scalar(select(Person).where(Person.email == first.email))
    if person is None:
        person = Person(email=first.email, name=first.name, created_at=now)
        db.session.add(person)
        db.session.flush()
    add_promotion(values, person, now)
    session = NewSession(person, begin_session(person.id, now))
    db.session.commit()
    return session
