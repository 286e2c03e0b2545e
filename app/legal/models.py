"""What the coordination has filled in of the legal pages: one row for the site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model

ONLY = 1  # the id of the only row


class LegalDetails(Model):
    """Texts by the name of their field (`app.legal.details.Details`); `revision` grows with every change."""

    __tablename__ = "legal_details"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    changed_at: Mapped[datetime]
