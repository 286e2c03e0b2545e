"""The table that the health check writes to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class HealthProbe(Model):
    """One row, written by health checks, every few seconds: whether the database takes anything is known by writing."""

    __tablename__ = "health_probes"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    written_at: Mapped[datetime]
