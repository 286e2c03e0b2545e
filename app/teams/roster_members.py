"""The people of a roster, applied: one person an address, one membership a person and promotion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.teams.roster_changes import Changes
from app.teams.roster_shape import RosterMember


def apply_members(
    promotion: Promotion, teams: Mapping[str, Team], told: Sequence[RosterMember], now: datetime, changes: Changes
) -> None:
    """Add and change people and their memberships of `promotion`; nothing is committed."""
    people = _people([one.email for one in told])
    members = _members(promotion)
    for one in told:
        person = _apply_person(people.get(one.email), one, now, changes)
        team = teams[one.team_key] if one.team_key else None
        member = members.pop(person.id, None)
        if member is None:
            _add_member(promotion, person, team, one, changes)
        else:
            _update_member(member, team, one, changes)
    for member in members.values():
        if member.left_on is None:
            changes.keep(f"{member.role.value} {member.person.email or member.person.display_name}")


def _people(emails: Sequence[str]) -> dict[str | None, Person]:
    return {person.email: person for person in db.session.scalars(select(Person).where(Person.email.in_(emails)))}


def _members(promotion: Promotion) -> dict[int, Membership]:
    """The memberships of the promotion by their person."""
    query = (
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.team))
        .where(Membership.promotion_id == promotion.id)
        .order_by(Membership.id)
    )
    return {member.person_id: member for member in db.session.scalars(query)}


def _apply_person(person: Person | None, one: RosterMember, now: datetime, changes: Changes) -> Person:
    if person is None:
        person = Person(email=one.email, created_at=now, **one.person)
        db.session.add(person)
    else:
        changes.update(one.email, person, one.person)
    return person


def _add_member(promotion: Promotion, person: Person, team: Team | None, one: RosterMember, changes: Changes) -> None:
    columns: dict[str, Any] = {"role": one.role, "coordinates": one.coordinates, **one.membership}
    db.session.add(Membership(promotion=promotion, person=person, team=team, **columns))
    place = f" ({team.name})" if team else ""
    changes.added(f"{one.role.value} {one.email}{place}{', who also coordinates' if one.coordinates else ''}")


def _update_member(member: Membership, team: Team | None, one: RosterMember, changes: Changes) -> None:
    """A file takes nobody's coordination away: whoever imports it could lock themselves out."""
    coordinated = member.coordinates or member.role is Role.COORDINATOR
    besides = one.role is not Role.COORDINATOR
    if coordinated and besides and not one.coordinates:
        changes.kept.append(f"  {one.email} coordinates: not in the file, kept")
    columns = {"role": one.role, "team": team, "coordinates": besides and (coordinated or one.coordinates)}
    changes.update(one.email, member, {**columns, **one.membership})
