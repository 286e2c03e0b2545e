"""A change of address, from its request to its end; the one-time link of the first run."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model, enum_column
from app.teams.models import Person


class ChangeState(StrEnum):
    """asked → made → refused, which puts the old address back; a request may be refused or given up before."""

    ASKED = "asked"
    MADE = "made"
    REFUSED = "refused"
    GIVEN_UP = "given_up"  # another request followed, or the address was taken meanwhile


class AddressChange(Model):
    """That an address was to become another one, at the wish of `asked_by`: of its owner, or of the coordination."""

    __tablename__ = "address_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    old_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    state: Mapped[ChangeState] = mapped_column(enum_column(ChangeState), default=ChangeState.ASKED)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    decided_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[Person | None] = relationship(foreign_keys=[asked_by_id])


class SetupLink(Model):
    """The link by which the first cohort is made, stored as the hash of its secret only; one row at most."""

    __tablename__ = "setup_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
