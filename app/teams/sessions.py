"""Sessions: each is a row, so that one that was ended is over on every device that holds its cookie.

A cookie holds the secret of its session, the row the hash of it: neither a copy of the database nor SECRET_KEY alone
makes a session. Nothing of its device is stored, and no use of it: see docs/decisions/0022-sessions-are-rows.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import joinedload

from app.database import db, rows_changed
from app.security import hash_secret, new_secret
from app.teams.members import WITH_MEMBERSHIPS
from app.teams.sign_in_models import SignInToken, UserSession

LIFETIME = timedelta(days=30)
FRESH_FOR = timedelta(minutes=30)  # after signing in; what cannot be undone asks for it

BY_SECRET = (
    select(UserSession)
    .options(joinedload(UserSession.person).options(WITH_MEMBERSHIPS))
    .where(UserSession.secret_hash == bindparam("secret_hash"), UserSession.began_at > bindparam("expired_at"))
)


def begin_session(person_id: int, now: datetime, *, level: str | None = None) -> str:
    """Add a session and return its secret, which is stored nowhere. Never commits.

    `level`: how an identity provider says that the person has proved who they are; None for a link sent by mail.
    """
    secret = new_secret()
    db.session.add(UserSession(person_id=person_id, secret_hash=hash_secret(secret), began_at=now, level=level))
    db.session.flush()
    return secret


def find_session(secret: str, now: datetime) -> UserSession | None:
    """Return the session with that secret, its person and their memberships; None when it has ended or expired."""
    values = {"secret_hash": hash_secret(secret), "expired_at": now - LIFETIME}
    return db.session.scalars(BY_SECRET, values).unique().one_or_none()


def sessions_of(person_id: int, now: datetime) -> list[UserSession]:
    """Return the person's sessions that have not expired, the latest first."""
    query = select(UserSession).where(UserSession.person_id == person_id, UserSession.began_at > now - LIFETIME)
    return list(db.session.scalars(query.order_by(UserSession.began_at.desc(), UserSession.id.desc())))


def is_fresh(session: UserSession, now: datetime) -> bool:
    """Return whether its person has signed in so lately that it is surely they who act."""
    return now < session.began_at + FRESH_FOR


def end_session(secret: str) -> None:
    """End the session with that secret, if there is one. Commits."""
    db.session.execute(delete(UserSession).where(UserSession.secret_hash == hash_secret(secret)))
    db.session.commit()


def end_session_of(person_id: int, session_id: int) -> None:
    """End one session, if the person has it. Commits."""
    own = UserSession.person_id == person_id
    db.session.execute(delete(UserSession).where(UserSession.id == session_id, own))
    db.session.commit()


def end_sessions(person_id: int) -> None:
    """Sign the person out everywhere, and end the sign-in links that nobody has used yet. Commits.

    The links first: that waits for one in use at this moment, and the session that it begins is then ended as well.
    """
    for model in (SignInToken, UserSession):
        db.session.execute(delete(model).where(model.person_id == person_id))
    db.session.commit()


def purge_expired_sessions(now: datetime) -> int:
    """Erase the sessions that have expired; return how many. Commits."""
    expired = delete(UserSession).where(UserSession.began_at <= now - LIFETIME)
    erased = rows_changed(expired)
    db.session.commit()
    return erased
