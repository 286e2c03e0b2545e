"""Which entries a member may find: those that the archive shows them, as `bulletins.rules.week_visibility` says.

Everything of a week whose digest is issued; before, what their own team wrote; for the coordination, what is closed and
the introductions, which it writes. Key dates of plans are known to the whole promotion at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, or_

from app.access import is_coordinator
from app.bulletins.models import FrozenWeek
from app.bulletins.rules import own_team
from app.search.entries import EntryKind
from app.search.models import SearchEntry
from app.teams.models import Membership
from app.weeks import Week, WeekState


@dataclass(frozen=True, slots=True)
class Scope:
    """What a membership lets somebody find: `own_team` is None for none, `closed_until` for who does not coordinate."""

    promotion_id: int
    own_team: int | None
    closed_until: Week | None


def scope_of(member: Membership, now: datetime) -> Scope:
    """Return what `member` may find at `now`."""
    return Scope(
        member.promotion_id,
        own_team(member.role, member.team_id),
        last_closed_week(member, now) if is_coordinator(member) else None,
    )


def last_closed_week(member: Membership, now: datetime) -> Week:
    """Return the last week of the member's promotion that has closed at `now`, as all before it have."""
    timetable = member.promotion.timetable
    week = timetable.week_at(now)
    return week if timetable.state(week, now, issued=False) is WeekState.CLOSED else week.previous


def may_find(scopes: Sequence[Scope]) -> ColumnElement[bool]:
    """Return the SQL condition on SearchEntry of what somebody with these `scopes` may find."""
    issued = exists(1).where(FrozenWeek.promotion_id == SearchEntry.promotion_id, FrozenWeek.week == SearchEntry.week)
    ways = [SearchEntry.week.is_(None), issued, *map(_coordinates, scopes)]
    own_teams = [scope.own_team for scope in scopes if scope.own_team is not None]
    if own_teams:
        ways.append(SearchEntry.team_id.in_(own_teams))
    return and_(SearchEntry.promotion_id.in_([scope.promotion_id for scope in scopes]), or_(*ways))


def _coordinates(scope: Scope) -> ColumnElement[bool]:
    """Return the condition of what the coordination may find before everybody does; false for other members."""
    if scope.closed_until is None:
        return false()
    closed = SearchEntry.week <= scope.closed_until
    return and_(SearchEntry.promotion_id == scope.promotion_id, or_(closed, SearchEntry.kind == EntryKind.INTRODUCTION))
