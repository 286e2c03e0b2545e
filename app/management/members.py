"""Read the teams and the members of a cohort as the coordination sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.access import is_coordinator
from app.database import db
from app.letters.models import Letter
from app.teams.models import Membership, Promotion, Team
from app.teams.names import name_order
from app.teams.roles import Role


@dataclass(slots=True)
class TeamMembers:
    """A team with its current members, EIGs first."""

    team: Team
    members: list[Membership] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Everybody:
    """The members of a cohort: of teams, of none (the coordination, others), and those who are not there today."""

    teams: Sequence[TeamMembers]
    coordination: Sequence[Membership]
    without_team: Sequence[Membership]
    to_come: Sequence[Membership]
    former: Sequence[Membership]
    reached: frozenset[int]  # the people whom a letter has left for, whatever it was

    @property
    def current(self) -> list[Membership]:
        """Everybody who is there today, once."""
        of_teams = [member for row in self.teams for member in row.members]
        known = {member.id for member in of_teams}
        others = [*self.coordination, *self.without_team]
        return of_teams + [member for member in others if member.id not in known]

    @property
    def invitable(self) -> list[Membership]:
        """Those who are there, today or soon, whom nobody has invited, and who never had a letter."""
        coming = [*self.current, *self.to_come]
        return [member for member in coming if member.invited_at is None and member.person_id not in self.reached]

    def count(self, role: Role, now: datetime) -> int:
        """Count those who are there today with what is that role at `now`."""
        return sum(member.role_at(now) is role for member in self.current)


def everybody(promotion: Promotion, now: datetime) -> Everybody:
    """Read the members, each list by name."""
    today = promotion.today(now)
    members = sorted(_members(promotion), key=lambda m: (m.role is not Role.EIG, name_order(m.person.display_name)))
    current = [member for member in members if member.is_current(today)]
    rows = {team.id: TeamMembers(team) for team in sorted(promotion.teams, key=lambda team: team.key)}
    for member in current:
        if member.team_id is not None:
            rows[member.team_id].members.append(member)
    absent = [member for member in members if not member.is_current(today)]
    to_come = [member for member in absent if member.joined_on and member.joined_on > today]
    return Everybody(
        teams=list(rows.values()),
        coordination=[m for m in current if is_coordinator(m)],
        without_team=[m for m in current if m.team_id is None and not is_coordinator(m)],
        to_come=to_come,
        former=[member for member in absent if member not in to_come],
        reached=_reached(members),
    )


def find_member(promotion: Promotion, member_id: int) -> Membership | None:
    """Return the member with that id, if they are one of the cohort and were not erased."""
    query = select(Membership).options(joinedload(Membership.person), joinedload(Membership.team))
    member = db.session.scalar(query.where(Membership.id == member_id, Membership.promotion_id == promotion.id))
    return member if member and member.person.email else None


def _members(promotion: Promotion) -> list[Membership]:
    query = select(Membership).options(joinedload(Membership.person), joinedload(Membership.team))
    members = db.session.scalars(query.where(Membership.promotion_id == promotion.id))
    return [member for member in members if member.person.email]


def _reached(members: Sequence[Membership]) -> frozenset[int]:
    people = [member.person_id for member in members]
    query = select(Letter.person_id).where(Letter.person_id.in_(people), Letter.sent_at.is_not(None)).distinct()
    return frozenset(person_id for person_id in db.session.scalars(query) if person_id is not None)
