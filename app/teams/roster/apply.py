"""Apply a roster to the database: add and change what the file says, delete nothing, report it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.teams.models import DayOff, Membership, Pause, Person, Promotion, Team
from app.teams.names import free_slug
from app.teams.roles import Role
from app.teams.roster.changes import RosterChanges
from app.teams.roster.parse import Roster, RosterMember, RosterTeam


def import_roster(roster: Roster, now: datetime, *, dry_run: bool = False) -> RosterChanges:
    """Create or update the promotion of `roster` in one transaction; with `dry_run`, only report what would change."""
    changes = RosterChanges()
    promotion = _apply_promotion(roster, changes)
    teams = {team.key: team for team in promotion.teams}
    unmentioned = teams.keys() - {entry.key for entry in roster.teams}
    for entry in roster.teams:
        teams[entry.key] = _apply_team(promotion, teams, entry, changes)
    for key in sorted(unmentioned):
        if teams[key].active_until is None:
            changes.keep(f"team {teams[key].name}")
    db.session.flush()
    _apply_members(promotion, teams, roster, now, changes)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return changes


def _apply_promotion(roster: Roster, changes: RosterChanges) -> Promotion:
    promotion = db.session.scalar(select(Promotion).where(Promotion.slug == roster.slug))
    if promotion is not None:
        changes.update(f"promotion {promotion.name}", promotion, roster.columns)
    else:
        promotion = Promotion(slug=roster.slug, **roster.columns)
        db.session.add(promotion)
        db.session.flush()
        changes.add(f"promotion {promotion.name} ({roster.slug}), {promotion.starts_on} to {promotion.ends_on}")
        for name, value in roster.columns.items():
            setattr(promotion, name, value)  # a new row takes the column's default where the file says none
    known = {off.day for off in promotion.days_off}
    for day in roster.days_off:
        if day not in known:
            promotion.days_off.append(DayOff(day=day))
            changes.add(f"day off {day}")
    return promotion


def _apply_team(promotion: Promotion, teams: Mapping[str, Team], entry: RosterTeam, changes: RosterChanges) -> Team:
    """Add or change a team of the promotion, whose `teams` so far are given by key, with its pauses."""
    team = teams.get(entry.key)
    columns = {"name": entry.name, **entry.columns}
    if team is None:
        slug = free_slug(entry.name, {other.slug for other in teams.values()})
        team = Team(key=entry.key, slug=slug, **columns)
        promotion.teams.append(team)
        changes.add(f"team {team.name}")
    else:
        changes.update(f"team {team.name}", team, columns)
    known = {pause.first_week: pause for pause in team.pauses}  # a pause is known by its first week
    for pause in entry.pauses:
        if row := known.get(pause.first):
            what = f"pause of {team.name} from {pause.first}"
            changes.update(what, row, {"last_week": pause.last, "reason": pause.reason})
        else:
            team.pauses.append(Pause(first_week=pause.first, last_week=pause.last, reason=pause.reason))
            changes.add(f"pause of {team.name}, {pause.first} to {pause.last}")
    return team


def _apply_members(
    promotion: Promotion, teams: Mapping[str, Team], roster: Roster, now: datetime, changes: RosterChanges
) -> None:
    """Add and change people and their memberships: one person an address, one membership a person."""
    emails = [entry.email for entry in roster.members]
    people = {person.email: person for person in db.session.scalars(select(Person).where(Person.email.in_(emails)))}
    query = (
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.team))
        .where(Membership.promotion_id == promotion.id)
        .order_by(Membership.id)
    )
    members = {member.person_id: member for member in db.session.scalars(query)}
    for entry in roster.members:
        team = teams[entry.team_key] if entry.team_key else None
        person = people.get(entry.email)
        if person is None:
            person = Person(email=entry.email, created_at=now, **entry.person)
            db.session.add(person)
        else:
            changes.update(entry.email, person, entry.person)
        member = members.pop(person.id, None)
        if member is None:
            columns = {"role": entry.role, "coordinates": entry.coordinates, **entry.membership}
            db.session.add(Membership(promotion=promotion, person=person, team=team, **columns))
            place = f" ({team.name})" if team else ""
            besides = ", who also coordinates" if entry.coordinates else ""
            changes.add(f"{entry.role.value} {entry.email}{place}{besides}")
        else:
            _update_member(member, team, entry, changes)
    for member in members.values():
        if member.left_on is None:
            changes.keep(f"{member.role.value} {member.person.email or member.person.display_name}")


def _update_member(member: Membership, team: Team | None, entry: RosterMember, changes: RosterChanges) -> None:
    """Set what the file says, but never take the coordination away: who imports could lock themselves out."""
    coordinated = member.coordinates or member.role is Role.COORDINATOR
    besides = entry.role is not Role.COORDINATOR
    if coordinated and besides and not entry.coordinates:
        changes.unmentioned.append(f"  {entry.email} coordinates: not in the file, kept")
    columns = {"role": entry.role, "team": team, "coordinates": besides and (coordinated or entry.coordinates)}
    changes.update(entry.email, member, {**columns, **entry.membership})
