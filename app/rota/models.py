"""The rota of a team: its order, and the weeks that were exchanged."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Model
from app.weeks import Week


class Rota(Model):
    """In which week the order of a team begins; `revision` grows with each change."""

    __tablename__ = "rotas"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    starts: Mapped[Week]
    revision: Mapped[int] = mapped_column(default=1)


class RotaPlace(Model):
    """The place of a member in the order, from 1."""

    __tablename__ = "rota_places"

    team_id: Mapped[int] = mapped_column(ForeignKey("rotas.team_id", ondelete="CASCADE"), primary_key=True)
    membership_id: Mapped[int] = mapped_column(
        ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int]


class RotaExchange(Model):
    """A week that a member took over from whose turn it was."""

    __tablename__ = "rota_exchanges"

    team_id: Mapped[int] = mapped_column(ForeignKey("rotas.team_id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[Week] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("memberships.id", ondelete="CASCADE"), index=True)
