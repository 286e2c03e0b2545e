"""The table of the jobs' last ticks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model


class JobTick(Model):
    """When a job, called every `seconds`, last showed that it runs, and since when it has failed every time."""

    __tablename__ = "job_ticks"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    seconds: Mapped[int]
    ticked_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
