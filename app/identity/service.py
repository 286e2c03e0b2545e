"""Sign in by an identity, link it with an account, which is told by a letter, unlink it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from app.database import db, insert_or_ignore
from app.encryption import decrypt, encrypt
from app.extensions import settings
from app.identity.models import Identity, ProviderSession
from app.identity.rules import Claims, is_address_believed
from app.routing import public_url
from app.teams.members import find_current_memberships
from app.teams.models import Person
from app.teams.notifications import queue_notification
from app.teams.roster.values import parse_email
from app.teams.sessions import begin_session, find_session
from app.teams.sign_in import NewSession
from app.teams.sign_in_models import UserSession
from app.text_cleaning import strip_unseen

PURPOSE = "id-token"  # of what is encrypted here


def sign_in(claims: Claims, id_token: str, believed_issuers: Collection[str], now: datetime) -> NewSession | None:
    """Begin a session of the member with that identity; None where there is no such member. Commits.

    An identity that is seen for the first time is linked with the member who has its address, where its issuer is
    one of `believed_issuers`.
    """
    identity = _find_identity(claims)
    person = db.session.get(Person, identity.person_id) if identity else _find_by_address(claims, believed_issuers)
    if person is None or not find_current_memberships(person, now):
        return None
    identity = identity or _link_new(claims, person, now)
    secret = begin_session(person.id, now, level=claims.level)
    begun = find_session(secret, now)
    if begun is None or identity.person_id != person.id:  # at this moment somebody else has linked it
        db.session.rollback()
        return None
    token = encrypt(PURPOSE, id_token)
    db.session.add(ProviderSession(session_id=begun.id, identity_id=identity.id, id_token=token))
    db.session.commit()
    return NewSession(person, secret)


def link(claims: Claims, person_id: int, now: datetime) -> bool:
    """Link the identity with the person; return whether it is theirs now: it may be somebody else's. Commits."""
    identity = _find_identity(claims) or _link_new(claims, db.session.get_one(Person, person_id), now)
    is_theirs = identity.person_id == person_id
    db.session.commit()
    return is_theirs


def unlink(person_id: int, identity_id: int, kept_session_id: int) -> bool:
    """Unlink one of the person's identities, and end the sessions that began with it but `kept_session_id`. Commits.

    Return False when it is not theirs, or no longer.
    """
    identity = db.session.scalar(select(Identity).where(Identity.id == identity_id, Identity.person_id == person_id))
    if identity is None:
        return False
    begun = select(ProviderSession.session_id).where(ProviderSession.identity_id == identity_id)
    db.session.execute(
        delete(UserSession)
        .where(UserSession.id.in_(begun), UserSession.id != kept_session_id)
        .execution_options(synchronize_session=False)
    )
    db.session.delete(identity)
    db.session.commit()
    return True


def identities_of(person_id: int) -> list[Identity]:
    """Return the identities that are linked with the person, the first one first."""
    query = select(Identity).where(Identity.person_id == person_id).order_by(Identity.linked_at, Identity.id)
    return list(db.session.scalars(query))


def issuers_of_sessions(person_id: int) -> dict[int, str]:
    """Return, by the id of each session of the person that began at a provider, the issuer."""
    query = select(ProviderSession.session_id, Identity.issuer).join(Identity)
    rows = db.session.execute(query.where(Identity.person_id == person_id))
    return {row.session_id: row.issuer for row in rows}


def find_id_token(session_id: int) -> str | None:
    """Return the ID token of a session that began at the provider; None for one that began by mail."""
    token = db.session.scalar(select(ProviderSession.id_token).where(ProviderSession.session_id == session_id))
    return decrypt(PURPOSE, token) if token else None


def _find_identity(claims: Claims) -> Identity | None:
    query = select(Identity).where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    return db.session.scalar(query)


def _find_by_address(claims: Claims, believed_issuers: Collection[str]) -> Person | None:
    if not is_address_believed(claims, believed_issuers):
        return None
    if claims.email != strip_unseen(claims.email or ""):  # around what people paste that is no part of an address
        return None
    try:
        email = parse_email(claims.email or "")
    except ValueError:
        return None
    return db.session.scalar(select(Person).where(Person.email == email))


def _link_new(claims: Claims, person: Person, now: datetime) -> Identity:
    """Link an identity that was not known, and tell the person, who may not have done it. Never commits."""
    identity, oidc = _add_identity(claims, person.id, now), settings().oidc
    if identity.person_id == person.id and oidc:
        queue_notification(
            "identity_linked",
            find_current_memberships(person, now)[:1],
            reference=f"identity:{identity.id}",
            now=now,
            provider=oidc.name,
            page=public_url("account.page", _anchor="identities"),
        )
    return identity


def _add_identity(claims: Claims, person_id: int, now: datetime) -> Identity:
    """Add the identity, or return the one that another request has added at this moment. Never commits."""
    values = {"person_id": person_id, "issuer": claims.issuer, "subject": claims.subject, "linked_at": now}
    db.session.execute(insert_or_ignore(Identity, "issuer", "subject").values(**values))
    query = select(Identity).where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    return db.session.scalars(query).one()
