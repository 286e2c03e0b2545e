"""Who somebody is at an identity provider, and the sessions that began there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model
from app.identity.rules import MAX_SUBJECT


class Identity(Model):
    """What a provider calls one person. A person may have several: a federation has one for each employer."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(400))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))
    linked_at: Mapped[datetime]


class ProviderSession(Model):
    """A session that began at a provider: by which identity, and the ID token, encrypted, that ends it there, too."""

    __tablename__ = "provider_sessions"

    session_id: Mapped[int] = mapped_column(ForeignKey("user_sessions.id", ondelete="CASCADE"), primary_key=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id", ondelete="CASCADE"), index=True)
    id_token: Mapped[str] = mapped_column(Text)
