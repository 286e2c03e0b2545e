"""The table of the audit log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class AuditEntry(Model):
    """That somebody did something, on a subject, in a promotion or in none.

    People are named by their ids alone, which an erasure empties: `by_person` and `about_person` then still tell that
    there was one. `subject` and `detail` never hold a name or an address of somebody.
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(40))
    promotion_id: Mapped[int | None] = mapped_column(ForeignKey("promotions.id", ondelete="SET NULL"), index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    by_person: Mapped[bool]  # else by a command, or by the site itself
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    about_person: Mapped[bool]
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(String(200))
