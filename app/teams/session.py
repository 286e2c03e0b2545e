"""What a session says of itself: whose it is, while it lasts. Whether they have ended it since, the database knows."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, session

from app import clock


@dataclass(frozen=True, slots=True)
class Session:
    """A session that lasts still; it stands as long as its person's own `sessions` are the same."""

    person: int
    sessions: str


def find_session() -> Session | None:
    """The session of this request, unless nobody has signed in or it has lasted its time."""
    session_id = session.get("_user_id")  # where Flask-Login keeps `Person.get_id`
    began, lasts = session.get("signed_in_at", 0), current_app.permanent_session_lifetime.total_seconds()
    # the cookie's own time starts anew with each change
    if session_id is None or clock.now().timestamp() >= began + lasts:
        return None
    person, _dot, sessions = session_id.partition(".")
    return Session(int(person), sessions)
