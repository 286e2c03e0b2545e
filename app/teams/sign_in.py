"""Sign in by a link sent by e-mail: it works once, for fifteen minutes, and only the hash of its secret is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app import clock
from app.database import db, rows_changed
from app.letters.kinds import SIGN_IN, Kind, LetterContext
from app.routing import public_url
from app.security import hash_secret, new_secret
from app.teams.members import find_current_memberships
from app.teams.models import Person
from app.teams.sessions import begin_session
from app.teams.sign_in_models import SignInToken
from app.teams.sign_in_requests import LETTER_LIFETIME, LINK_LIFETIME, queue_requested_letters

STORED_AFTER_EXPIRY = timedelta(days=1)


@dataclass(frozen=True)
class SignInLink:
    """A link that can still sign its person in."""

    token: SignInToken
    person: Person


@dataclass(frozen=True)
class NewSession:
    """A session that has just begun, with the secret that its cookie will hold."""

    person: Person
    secret: str


def find_link(secret: str, now: datetime) -> SignInLink | None:
    """Return the link with that secret, unless it was used, has expired, or is unknown."""
    query = select(SignInToken).where(SignInToken.secret_hash == hash_secret(secret))
    token = db.session.scalar(query)
    if token is None or token.used_at or token.expires_at <= now:
        return None
    person = db.session.get_one(Person, token.person_id)
    return SignInLink(token, person) if find_current_memberships(person, now) else None


def use_link(secret: str, now: datetime) -> NewSession | None:
    """Use up the link and begin a session of its person; None for everybody who comes after. Commits."""
    link = find_link(secret, now)
    if link is None:
        return None
    using = update(SignInToken).where(SignInToken.id == link.token.id, SignInToken.used_at.is_(None))
    first = rows_changed(using.values(used_at=now)) == 1
    session = NewSession(link.person, begin_session(link.person.id, now)) if first else None
    db.session.commit()
    return session


def is_link_of(secret: str, person_id: int) -> bool:
    """Return whether a link with that secret, used or expired or neither, was made for that person."""
    query = select(SignInToken.id).where(
        SignInToken.secret_hash == hash_secret(secret), SignInToken.person_id == person_id
    )
    return db.session.scalar(query) is not None


def purge_expired_links(now: datetime) -> int:
    """Erase the links, used or not, that expired STORED_AFTER_EXPIRY ago; return how many."""
    old = delete(SignInToken).where(SignInToken.expires_at < now - STORED_AFTER_EXPIRY)
    erased = rows_changed(old)
    db.session.commit()
    return erased


def _urls(context: LetterContext) -> Mapping[str, str]:
    """Make the link at the moment its letter leaves: only the hash of its secret is stored."""
    secret = new_secret()
    token = SignInToken(
        person_id=context.person_id,
        letter_id=context.id,
        secret_hash=hash_secret(secret),
        expires_at=clock.now() + LINK_LIFETIME,
    )
    db.session.add(token)
    db.session.flush()
    return {"sign_in_url": public_url("teams.open_link", secret=secret)}


KIND = Kind(
    name="sign-in",
    precedence=SIGN_IN,
    give_up_after=LETTER_LIFETIME,
    urls=_urls,
    unsubscribable=False,
    queue_requested=queue_requested_letters,
)
