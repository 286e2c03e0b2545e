"""What a roster says, as values. Columns are named as in the models; what the file does not say is not in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.teams.roles import Role
from app.weeks import Week

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RosterPause:
    """Weeks, `first` to `last` included, in which a team is neither reminded nor missed."""

    first: Week
    last: Week
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RosterTeam:
    """A team; `key` is its name as matched."""

    name: str
    key: str
    columns: Columns = field(default_factory=dict)
    pauses: tuple[RosterPause, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterMember:
    """One address and its part in the promotion; `team_key` is None for who only coordinates."""

    email: str
    role: Role
    team_key: str | None = None
    coordinates: bool = False  # besides being an EIG or a mentor
    person: Columns = field(default_factory=dict)
    membership: Columns = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Roster:
    """A promotion, found by its slug, and everyone in it."""

    slug: str
    columns: Columns
    days_off: tuple[date, ...] = ()
    teams: tuple[RosterTeam, ...] = ()
    members: tuple[RosterMember, ...] = ()
