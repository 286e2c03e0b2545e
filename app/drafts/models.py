"""A draft: the fields of one form as one person typed them, and could not send."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class Draft(Model):
    """The latest text of a person for the form on `page` (its path, with an anchor where it has several forms).

    `lost`: it came without a session, so its author has to be told where it waits.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("person_id", "page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(400))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    kept_at: Mapped[datetime]
    lost: Mapped[bool]

    def __repr__(self) -> str:
        """Leave out what was typed: a representation ends in logs."""
        return f"<Draft {self.id}>"
