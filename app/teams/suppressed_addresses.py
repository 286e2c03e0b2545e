"""The e-mail addresses of a promotion's members that get no letter, and what else came back to its letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.database import db
from app.letters.admin_actions import BY_COMMAND
from app.letters.bounces.held import find_held
from app.letters.models import AdminActionLog, Bounce, Letter, SuppressedAddress
from app.letters.states import AdminAction, BounceVerdict
from app.letters.suppression import reference
from app.teams.members import belong_on
from app.teams.models import Membership, Person

RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class MemberAddress:
    """A member's e-mail address that is or was suppressed; `row` says since when and why."""

    row: SuppressedAddress
    membership: Membership

    @property
    def person(self) -> Person:
        return self.membership.person

    @property
    def is_suppressed(self) -> bool:
        return self.row.lifted_at is None


@dataclass(frozen=True, slots=True)
class Lift:
    """The decision of `person_id` to send to an address again, or of whoever ran the command."""

    address: MemberAddress
    at: datetime
    person_id: int | None
    by_command: bool


def find_addresses(promotion_id: int, day: date) -> list[MemberAddress]:
    """Return the addresses of the promotion's members on `day` that are or were suppressed, latest first."""
    query = (
        select(SuppressedAddress, Membership)
        .join(Person, func.lower(Person.email) == SuppressedAddress.email)
        .join(Membership, Membership.person_id == Person.id)
        .options(contains_eager(Membership.person))
        .where(Membership.promotion_id == promotion_id, belong_on(day))
        .order_by(SuppressedAddress.since.desc(), SuppressedAddress.id)
    )
    return [MemberAddress(row, membership) for row, membership in db.session.execute(query)]


def count_suppressed(promotion_id: int, day: date) -> int:
    """Return how many addresses of the promotion's members on `day` are suppressed now."""
    return sum(address.is_suppressed for address in find_addresses(promotion_id, day))


def find_held_bounces(promotion_id: int, day: date) -> list[Bounce]:
    """Return the bounces of the promotion's members on `day` about which somebody has to decide, latest first."""
    return find_held(db.session.scalars(_people(promotion_id, day)))


def count_held(promotion_id: int, day: date) -> int:
    """Return how many addresses of the promotion's members on `day` wait for a decision."""
    return len({bounce.letter.to_email.lower() for bounce in find_held_bounces(promotion_id, day)})


def find_forwarding(promotion_id: int, day: date, now: datetime) -> list[Bounce]:
    """Return what came back RECENTly from addresses to which those of the promotion's members forward, latest first."""
    query = select(Bounce).join(Bounce.letter).options(joinedload(Bounce.letter))
    recent = query.where(Letter.person_id.in_(_people(promotion_id, day)), Bounce.read_at > now - RECENT)
    forwarding = recent.where(Bounce.verdict == BounceVerdict.OTHER_ADDRESS)
    return list(db.session.scalars(forwarding.order_by(Bounce.id.desc())))


def count_returned(promotion_id: int, day: date, now: datetime) -> Counter[BounceVerdict]:
    """Return how much came back RECENTly to letters to the promotion's members on `day`, by what it said."""
    query = select(Bounce.verdict, func.count()).join(Bounce.letter).group_by(Bounce.verdict)
    recent = query.where(Letter.person_id.in_(_people(promotion_id, day)), Bounce.read_at > now - RECENT)
    return Counter(dict(db.session.execute(recent).all()))


def find_lifts(addresses: Iterable[MemberAddress]) -> list[Lift]:
    """Return each time that one of `addresses` was lifted, latest first."""
    by_reference = {reference(address.row): address for address in addresses}
    query = (
        select(AdminActionLog)
        .where(AdminActionLog.reference.in_(by_reference), AdminActionLog.action == AdminAction.LIFT)
        .order_by(AdminActionLog.at.desc(), AdminActionLog.id.desc())
    )
    return [
        Lift(by_reference[action.reference], action.at, action.person_id, action.detail == BY_COMMAND)
        for action in db.session.scalars(query)
    ]


def _people(promotion_id: int, day: date) -> Select[int]:
    """Return the ids of the people who are members of the promotion on `day`, as a subquery."""
    return select(Membership.person_id).where(Membership.promotion_id == promotion_id, belong_on(day))
