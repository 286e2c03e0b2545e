"""How many attempts there were, by key, until their time is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class AttemptCount(Model):
    """The attempts under one key since the first of them; from `expires_at` on they count no more.

    The key names the limit and whom it counts, an e-mail address or a network, as a keyed hash.
    """

    __tablename__ = "attempt_counts"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    attempts: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
