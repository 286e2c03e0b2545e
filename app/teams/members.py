"""Find who belongs to a promotion on a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.database import db
from app.teams.coordination import CoordinationPart
from app.teams.models import Membership, Person, Promotion, Team
from app.teams.names import name_order
from app.teams.phases import Phase
from app.teams.roles import Role

CHUNK = 500
LETTER_ROLES = (Role.EIG, Role.MENTOR, Role.COORDINATOR)
PHASES_SHOWN = (Phase.RUNNING, Phase.BEFORE, Phase.AFTER)  # the first has the home page of a member of several

WITH_MEMBERSHIPS = joinedload(Person.memberships).options(
    joinedload(Membership.promotion).joinedload(Promotion.days_off), joinedload(Membership.team)
)


def belong_on(day: date | BindParameter[date]) -> ColumnElement[bool]:
    """Return the SQL condition of `Membership.is_current`."""
    joined, left = Membership.joined_on, Membership.left_on
    return and_(or_(joined.is_(None), joined <= day), or_(left.is_(None), left >= day))


def members_on(promotion_id: int, day: date, roles: Iterable[Role] = LETTER_ROLES) -> Iterator[Membership]:
    """Yield the members on `day` with one of `roles`, with their people; CHUNK of them are in memory at a time."""
    query = (
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.promotion_id == promotion_id, Membership.role.in_(list(roles)))
        .order_by(Membership.id)
        .limit(CHUNK)
    )
    last = 0
    while chunk := list(db.session.scalars(query.where(Membership.id > last))):
        yield from (member for member in chunk if member.is_current(day))
        last = chunk[-1].id


def members_of_team(team: Team, day: date) -> list[Membership]:
    """Return who belongs to the team on `day`, by name, with their people."""
    query = select(Membership).join(Membership.person).options(contains_eager(Membership.person))
    members = db.session.scalars(query.where(Membership.team_id == team.id, belong_on(day)))
    return sorted(members, key=lambda member: name_order(member.person.display_name))


def coordination_part(member: Membership) -> CoordinationPart:
    """Return the member's part as the rules of the coordination see it."""
    return CoordinationPart(member.role, member.coordinates, member.joined_on, member.left_on)


def coordination(promotion: Promotion, now: datetime) -> list[Membership]:
    """Return the members who coordinate on the day of `now`, whatever else they are."""
    today = promotion.today(now)
    query = (
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.promotion_id == promotion.id)
        .where((Membership.role == Role.COORDINATOR) | Membership.coordinates)
        .order_by(Membership.id)
    )
    return [member for member in db.session.scalars(query) if member.is_current(today)]


def find_current_memberships(person: Person, now: datetime) -> list[Membership]:
    """Return the person's memberships on the day of `now`: of promotions that run, are to come, have ended.

    Of several that run, the one that has run longest comes first: another is at its beginning. Of several to come, the
    next one; of several that have ended, the last.
    """
    current = [member for member in person.memberships if member.is_current(member.promotion.today(now))]
    return sorted(current, key=lambda member: (_rank(member.promotion, now), member.promotion_id))


def _rank(promotion: Promotion, now: datetime) -> tuple[int, int]:
    phase = promotion.phase(now)
    nearest = -promotion.ends_on.toordinal() if phase is Phase.AFTER else promotion.starts_on.toordinal()
    return PHASES_SHOWN.index(phase), nearest


def find_people(ids: Iterable[int | None]) -> dict[int | None, Person]:
    """Return by id those of the people with these ids who exist still."""
    query = select(Person).where(Person.id.in_({id_ for id_ in ids if id_ is not None}))
    return {person.id: person for person in db.session.scalars(query)}
