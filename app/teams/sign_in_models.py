"""What lets somebody in: the links that were asked for and sent, the sessions that they began."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model
from app.teams.models import Person

MAX_LEVEL = 255  # characters; levels are words or URLs


class SignInRequest(Model):
    """An e-mail address for which a link was asked, known or unknown; the job process looks up whose it is."""

    __tablename__ = "sign_in_requests"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    requested_at: Mapped[datetime]


class SignInToken(Model):
    """A link to sign in, stored as the hash of its secret only; made when its letter is sent."""

    __tablename__ = "sign_in_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    letter_id: Mapped[int] = mapped_column(index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class UserSession(Model):
    """A session that somebody began by signing in, stored as the hash of its secret only.

    `level` is what an identity provider said of how they had proved who they are (acr); None for a link sent by mail.
    """

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    began_at: Mapped[datetime]
    level: Mapped[str | None] = mapped_column(String(MAX_LEVEL))
    person: Mapped[Person] = relationship()
