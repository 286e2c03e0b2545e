"""Add people to a cohort, change what they are in it, end it and take it up again. Each of these commits.

Every change is made under the lock of the cohort, from what the form was filled with: when somebody else has changed
that meanwhile, nothing is done and the form is shown again beside what is saved now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.errors import DomainError
from app.fingerprints import fingerprint
from app.i18n import gettext as _
from app.i18n import short_date
from app.teams.addresses import is_in_use
from app.teams.coordination import CoordinationPart, first_day_lost
from app.teams.locking import lock_promotion
from app.teams.members import coordination_part
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.roles import Role
from app.teams.roster.recording import describe_days


class ChangedMeanwhileError(DomainError):
    """Somebody else has changed what the form was filled from."""

    status = 409


class LastCoordinatorError(DomainError):
    """Nobody would coordinate the cohort from a day on."""

    status = 409

    def __init__(self, day: date) -> None:
        super().__init__(f"nobody would coordinate from {day} on")
        self.advice = _(
            "Nobody would coordinate this cohort from %(day)s on: give that right to somebody else first.",
            day=short_date(day),
        )


class AlreadyMemberError(DomainError):
    """The address is that of a member."""

    status = 409

    def __init__(self, member: Membership) -> None:
        super().__init__("already a member")
        self.member = member


@dataclass(frozen=True, slots=True)
class MemberPlace:
    """The part of somebody in a cohort; `team_id` is None without a team."""

    role: Role
    team_id: int | None = None
    coordinates: bool = False

    def __post_init__(self) -> None:
        """Whoever only coordinates is in no team, and has no second part."""
        if self.role is Role.COORDINATOR:
            object.__setattr__(self, "team_id", None)
            object.__setattr__(self, "coordinates", False)

    @classmethod
    def of(cls, member: Membership) -> MemberPlace:
        """Return what the member is now."""
        return cls(member.role, member.team_id, member.coordinates)

    @property
    def has_coordination(self) -> bool:
        """Whether they coordinate the cohort, by their role or besides it."""
        return self.coordinates or self.role is Role.COORDINATOR


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to add, with an address as `parse_email` gives it."""

    email: str
    name: str
    place: MemberPlace


def base_of(member: Membership) -> str:
    """Return the fingerprint of all that the coordination may change about a member."""
    person = member.person
    place = (member.role, member.team_id, member.coordinates, member.joined_on, member.left_on)
    return fingerprint(person.email, person.name, person.locale, *place)


def add_person(promotion: Promotion, new: NewPerson, by: Person, now: datetime) -> Membership:
    """Make somebody a member; who is known by that address from another cohort keeps their name there. Commits.

    The same once more returns the member that there is. Raises AlreadyMemberError for a member with another place.
    """
    lock_promotion(promotion.id)
    person = db.session.scalar(select(Person).where(Person.email == new.email))
    is_new = person is None
    known = _membership(promotion, person) if person else None
    if known is not None:
        db.session.rollback()
        if MemberPlace.of(known) == new.place and known.is_current(promotion.today(now)):
            return known
        raise AlreadyMemberError(known)
    if person is None:
        person = Person(email=new.email, name=new.name, created_at=now)
        db.session.add(person)
    person.name = person.name or new.name
    place = new.place
    member = Membership(
        promotion=promotion, person=person, role=place.role, team_id=place.team_id, coordinates=place.coordinates
    )
    db.session.add(member)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        if is_new and is_in_use(new.email):  # by now: another cohort has added them at this moment
            return add_person(promotion, new, by, now)
        raise
    _record(AuditAction.PERSON_ADDED, member, by, now)
    if place.has_coordination:
        _record(AuditAction.COORDINATION_GIVEN, member, by, now)
    db.session.commit()
    return member


def rename_person(member: Membership, name: str, locale: str | None, base: str, by: Person, now: datetime) -> None:
    """Set the name and the language of somebody. Commits. Raises ChangedMeanwhileError."""
    member = _lock(member, base)
    if (member.person.name, member.person.locale) != (name, locale):
        member.person.name, member.person.locale = name, locale
        _record(AuditAction.PERSON_RENAMED, member, by, now)
    db.session.commit()


def place_member(member: Membership, place: MemberPlace, base: str, by: Person, now: datetime) -> None:
    """Give the member another role or team, or give or take the right to coordinate. Commits.

    Raises ChangedMeanwhileError, LastCoordinatorError.
    """
    member = _lock(member, base)
    before = MemberPlace.of(member)
    _check_coordination(member, place, member.joined_on, member.left_on, now)
    member.role, member.team_id, member.coordinates = place.role, place.team_id, place.coordinates
    db.session.flush()
    db.session.refresh(member, ["team"])
    for action in _differences(before, place):
        _record(action, member, by, now)
    db.session.commit()


def date_member(
    member: Membership, first: date | None, last: date | None, base: str, by: Person, now: datetime
) -> None:
    """Set the first and last day of a member; None: those of the cohort. Commits.

    Raises ChangedMeanwhileError, LastCoordinatorError.
    """
    member = _lock(member, base)
    if (member.joined_on, member.left_on) != (first, last):
        _check_coordination(member, MemberPlace.of(member), first, last, now)
        action, detail = describe_days(member.left_on, first, last)
        member.joined_on, member.left_on = first, last
        _record(action, member, by, now, detail)
    db.session.commit()


def _lock(member: Membership, base: str) -> Membership:
    """Lock the cohort and read the member anew. Raises ChangedMeanwhileError unless they are as in `base`."""
    lock_promotion(member.promotion_id)
    member = db.session.get_one(Membership, member.id, populate_existing=True)
    db.session.refresh(member.person)
    if base_of(member) != base:
        db.session.rollback()
        raise ChangedMeanwhileError("changed by somebody else meanwhile")
    return member


def _check_coordination(
    member: Membership, place: MemberPlace, first: date | None, last: date | None, now: datetime
) -> None:
    """Raise LastCoordinatorError when, with that place and those days of the member, some day has no coordinator.

    The lock of the cohort is held. All are read anew: the session may hold who acts as they were before it, while they
    were ended by whom they end.
    """
    query = select(Membership).where(Membership.promotion_id == member.promotion_id)
    members = db.session.scalars(query, execution_options={"populate_existing": True}).all()
    rest, before = [coordination_part(each) for each in members if each is not member], coordination_part(member)
    after = CoordinationPart(place.role, place.coordinates, first, last)
    day = first_day_lost([*rest, before], [*rest, after], member.promotion.today(now))
    if day is not None:
        db.session.rollback()
        raise LastCoordinatorError(day)


def check_may_go(member: Membership, now: datetime) -> None:
    """Lock the cohort; raise LastCoordinatorError when nobody would coordinate it without the member. Never commits."""
    lock_promotion(member.promotion_id)
    yesterday = date.fromordinal(member.promotion.today(now).toordinal() - 1)
    _check_coordination(member, MemberPlace.of(member), member.joined_on, yesterday, now)


def _differences(before: MemberPlace, after: MemberPlace) -> list[AuditAction]:
    changes = {
        AuditAction.ROLE_CHANGED: before.role is not after.role,
        AuditAction.PERSON_MOVED: before.team_id != after.team_id,
        AuditAction.COORDINATION_GIVEN: after.has_coordination and not before.has_coordination,
        AuditAction.COORDINATION_TAKEN: before.has_coordination and not after.has_coordination,
    }
    return [action for action, changed in changes.items() if changed]


def _membership(promotion: Promotion, person: Person) -> Membership | None:
    query = select(Membership).where(Membership.promotion_id == promotion.id, Membership.person_id == person.id)
    return db.session.scalar(query)


def _record(action: AuditAction, member: Membership, by: Person, now: datetime, detail: str = "") -> None:
    team: Team | None = member.team
    record_action(
        action,
        by.id,
        now,
        promotion_id=member.promotion_id,
        person_id=member.person_id,
        subject=team.name if team else "",
        detail=detail or member.role.value,
    )
