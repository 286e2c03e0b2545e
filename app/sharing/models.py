"""The links that teams and the coordination have made for somebody outside."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.database import Model
from app.teams.models import Person, Team


class ShareLink(Model):
    """Whoever has it reads one team's bulletins until the end of `ends_on`. Stored as the hash of its secret only.

    `name` says whom it was made for, in the words of its maker. Its use is not recorded.
    """

    __tablename__ = "share_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    made_at: Mapped[datetime]
    ends_on: Mapped[date]
    team: Mapped[Team] = relationship()
    made_by: Mapped[Person | None] = relationship()

    @property
    def no_longer_since(self) -> date:
        """The first day on which it does not work."""
        return self.ends_on + timedelta(days=1)
