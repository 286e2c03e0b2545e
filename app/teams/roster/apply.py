"""Apply a roster to the database: add and change what the file says, delete nothing, report it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.database import db
from app.import_files import FileFault, InvalidFileError
from app.import_files import fault_text as _t
from app.teams.addresses import give_address
from app.teams.coordination import CoordinationPart, first_day_lost
from app.teams.locking import lock_promotion
from app.teams.members import coordination_part
from app.teams.models import (
    DayOff,
    FormerTeamName,
    Membership,
    Pause,
    Person,
    Promotion,
    Team,
)
from app.teams.names import free_slug
from app.teams.roles import Role
from app.teams.roster.changes import RosterChanges, Subject
from app.teams.roster.identities import find_same_promotion, find_same_team, likely_same_people
from app.teams.roster.parse import Roster, RosterMember, RosterTeam
from app.teams.roster.recording import read_parts, record_import
from app.weeks import Week


def import_roster(roster: Roster, now: datetime, *, dry_run: bool = False, by: int | None = None) -> RosterChanges:
    """Create or update the promotion of `roster` in one transaction; with `dry_run`, only report what would change.

    `by` is the coordinator who does it, None for a command. Raises InvalidFileError, having changed nothing, when the
    file cannot be meant so.
    """
    changes = RosterChanges()
    try:
        promotion = _apply_promotion(roster, now, changes, dry_run=dry_run)
        teams = _apply_teams(promotion, roster, now, changes)
        coordination, before = _coordination(promotion, anew=True), read_parts(promotion)
        _apply_members(promotion, teams, roster, now, changes)
        _check_coordination(promotion, coordination, roster, now)
    except InvalidFileError:
        db.session.rollback()
        raise
    if changes.lines:
        record_import(promotion, before, by, now)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    return changes


def _apply_promotion(roster: Roster, now: datetime, changes: RosterChanges, *, dry_run: bool) -> Promotion:
    promotion = db.session.scalar(select(Promotion).where(Promotion.slug == roster.slug))
    if promotion is not None:
        if not dry_run:
            lock_promotion(promotion.id)
            db.session.refresh(promotion)
        closed = _update_promotion(promotion, roster, now, changes)
    else:
        promotion = Promotion(slug=roster.slug, created_at=now, **roster.columns)
        _ask_about_promotion(promotion, roster, changes, dry_run=dry_run)
        db.session.add(promotion)
        db.session.flush()
        what = f"promotion {promotion.name} ({roster.slug}), {promotion.starts_on} to {promotion.ends_on}"
        changes.add(what, Subject("promotion", promotion.name))
        for name, value in roster.columns.items():
            setattr(promotion, name, value)  # a new row takes the column's default where the file says none
        closed = None
    known = {off.day for off in promotion.days_off}
    for day in roster.days_off:
        if day not in known and closed is not None and Week.of(day) <= closed:
            changes.leave_out(day)
        elif day not in known:
            promotion.days_off.append(DayOff(day=day))
            changes.add(f"day off {day}", Subject("day_off", day.isoformat()))
    return promotion


def _update_promotion(promotion: Promotion, roster: Roster, now: datetime, changes: RosterChanges) -> Week | None:
    """Set what the file says; weeks that have closed here keep the hours they had. Return the last of them, if any."""
    hours, closed = promotion.hours, promotion.last_closed_week(now)
    changes.update(f"promotion {promotion.name}", promotion, roster.columns, Subject("promotion", promotion.name))
    return promotion.leave_to_closed_weeks(hours, closed, now)


def _ask_about_promotion(new: Promotion, roster: Roster, changes: RosterChanges, *, dry_run: bool) -> None:
    """Ask, in a dry run, whether a `new` promotion is a known one by another name; else refuse to guess.

    A file that gives its slug has answered.
    """
    known = None if roster.slug_is_given else find_same_promotion(roster, new.starts_on, new.ends_on)
    if known is None:
        return
    question = (
        f"“{new.name}” would be a second promotion, beside “{known.name}” ({known.slug}) of the same time and teams;"
        f" if it is that one by a new name, add “slug: {known.slug}”; if it is another, add “slug: {new.slug}”"
    )
    if not dry_run:
        raise InvalidFileError(FileFault(roster.line, None, question))
    changes.ask(question, new.name, known.name)


def _apply_teams(promotion: Promotion, roster: Roster, now: datetime, changes: RosterChanges) -> dict[str, Team]:
    """Add and change the teams; return all of the promotion by their keys."""
    teams = {team.key: team for team in promotion.teams}
    unmentioned = teams.keys() - {key for entry in roster.teams for key in (entry.key, entry.was)}
    for entry in roster.teams:
        if entry.was in teams and entry.key not in teams:
            team = teams[entry.key] = teams.pop(entry.was)
            team.key = entry.key
            team.former_names.append(FormerTeamName(name=team.name, until=promotion.today(now)))
        elif entry.key not in teams and (same := find_same_team(entry, roster, [teams[key] for key in unmentioned])):
            question = f"team {entry.name} is new: if it is “{same.name}” by a new name, add “was: {same.name}”"
            changes.ask(question, entry.name, same.name)
        teams[entry.key] = _apply_team(promotion, teams, entry, changes)
    for key in sorted(unmentioned):
        if teams[key].active_until is None:
            changes.keep(f"team {teams[key].name}")
    db.session.flush()
    return teams


def _apply_team(promotion: Promotion, teams: Mapping[str, Team], entry: RosterTeam, changes: RosterChanges) -> Team:
    """Add or change a team of the promotion, whose `teams` so far are given by key, with its pauses."""
    team = teams.get(entry.key)
    columns = {"name": entry.name, **entry.columns}
    if team is None:
        slug = free_slug(entry.name, {other.slug for other in teams.values()})
        team = Team(key=entry.key, slug=slug, **columns)
        promotion.teams.append(team)
        changes.add(f"team {team.name}", Subject("team", team.name))
    else:
        changes.update(f"team {team.name}", team, columns, Subject("team", team.name))
    known = {pause.first_week: pause for pause in team.pauses}  # a pause is known by its first week
    for pause in entry.pauses:
        subject = Subject("pause", team.name, f"{pause.first} – {pause.last}")
        if row := known.get(pause.first):
            what = f"pause of {team.name} from {pause.first}"
            changes.update(what, row, {"last_week": pause.last, "reason": pause.reason}, subject)
        else:
            team.pauses.append(Pause(first_week=pause.first, last_week=pause.last, reason=pause.reason))
            changes.add(f"pause of {team.name}, {pause.first} to {pause.last}", subject)
    return team


def _apply_members(
    promotion: Promotion, teams: Mapping[str, Team], roster: Roster, now: datetime, changes: RosterChanges
) -> None:
    """Add and change people and their memberships: one person an address, one membership a person."""
    emails = [email for entry in roster.members for email in (entry.email, entry.was) if email]
    people = {person.email: person for person in db.session.scalars(select(Person).where(Person.email.in_(emails)))}
    query = (
        select(Membership)
        .options(joinedload(Membership.person), joinedload(Membership.team))
        .where(Membership.promotion_id == promotion.id)
        .order_by(Membership.id)
    )
    members = {member.person_id: member for member in db.session.scalars(query)}
    new = []
    for entry in roster.members:
        team = teams[entry.team_key] if entry.team_key else None
        if entry.was in people:
            people[entry.email] = _correct_address(entry, people, changes)
        person = people.get(entry.email)
        if person is None:
            person = Person(email=entry.email, created_at=now, **entry.person)
            db.session.add(person)
            new.append(entry)
        else:
            subject = Subject("person", entry.email, person=person.display_name)
            changes.update(entry.email, person, entry.person, subject)
        member = members.pop(person.id, None)
        if member is None:
            _add_member(promotion, person, team, entry, changes)
        else:
            _update_member(member, team, entry, changes)
    unmentioned = [member for member in members.values() if member.left_on is None]
    for entry, former in likely_same_people(new, unmentioned):
        question = f"{entry.email} is new: if it is {former} with another address, add “was: {former}”"
        changes.ask(question, entry.email, former)
    for member in unmentioned:
        changes.keep(f"{member.role.value} {member.person.email or member.person.display_name}")


def _coordination(promotion: Promotion, *, anew: bool = False) -> list[CoordinationPart]:
    """Return the parts of all members as they are in this transaction; `anew`: whatever the session held of them."""
    query = select(Membership).where(Membership.promotion_id == promotion.id)
    members = db.session.scalars(query, execution_options={"populate_existing": anew})
    return [coordination_part(member) for member in members]


def _check_coordination(
    promotion: Promotion, before: Sequence[CoordinationPart], roster: Roster, now: datetime
) -> None:
    """Raise InvalidFileError when the days of the file leave some day without anybody who coordinates."""
    day = first_day_lost(before, _coordination(promotion), promotion.today(now))
    if day is not None:
        message = _t("nobody would coordinate this cohort from %(day)s on: move a last day, or add somebody", day=day)
        raise InvalidFileError(FileFault(roster.line, None, message))


def _add_member(
    promotion: Promotion, person: Person, team: Team | None, entry: RosterMember, changes: RosterChanges
) -> None:
    columns = {"role": entry.role, "coordinates": entry.coordinates, **entry.membership}
    db.session.add(Membership(promotion=promotion, person=person, team=team, **columns))
    place = f" ({team.name})" if team else ""
    besides = ", who also coordinates" if entry.coordinates else ""
    what = f"{entry.role.value} {entry.email}{place}{besides}"
    in_team = team.name if team else ""
    changes.add(what, Subject("member", entry.email, in_team, entry.role, person.display_name))


def _correct_address(entry: RosterMember, people: Mapping[str | None, Person], changes: RosterChanges) -> Person:
    """Give who had the address `entry.was` the new one. Raises InvalidFileError when it is another person's."""
    person = people[entry.was]
    if entry.email in people:
        message = _t(
            "%(was)s and %(email)s are two people already: remove “was”, and end one with “until:”",
            was=entry.was,
            email=entry.email,
        )
        raise InvalidFileError(FileFault(entry.line, None, message))
    changes.update(f"{entry.was}", person, {"email": entry.email}, Subject("person", f"{entry.was}"))
    give_address(person, entry.email)
    return person


def _update_member(member: Membership, team: Team | None, entry: RosterMember, changes: RosterChanges) -> None:
    """Set what the file says, but never take the coordination away: who imports could lock themselves out."""
    coordinated = member.coordinates or member.role is Role.COORDINATOR
    besides = entry.role is not Role.COORDINATOR
    if coordinated and besides and not entry.coordinates:
        changes.unmentioned.append(f"  {entry.email} coordinates: not in the file, kept")
    columns = {"role": entry.role, "team": team, "coordinates": besides and (coordinated or entry.coordinates)}
    subject = Subject("member", entry.email, person=member.person.display_name)
    changes.update(entry.email, member, {**columns, **entry.membership}, subject)
