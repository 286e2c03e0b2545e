"""The e-mail addresses of a promotion's members that get no letter, since a bounce said that they do not exist."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.database import db
from app.letters.models import AdminActionLog, SuppressedAddress
from app.letters.suppression import reference
from app.teams.members import belong_on
from app.teams.models import Membership, Person


@dataclass(frozen=True, slots=True)
class MemberAddress:
    """A member's e-mail address that is or was suppressed; `row` says since when and why."""

    row: SuppressedAddress
    person: Person

    @property
    def is_suppressed(self) -> bool:
        return self.row.lifted_at is None


@dataclass(frozen=True, slots=True)
class Lift:
    """The decision of `person_id` to send to an address again."""

    address: MemberAddress
    at: datetime
    person_id: int | None


def find_addresses(promotion_id: int, day: date) -> list[MemberAddress]:
    """Return the addresses of the promotion's members on `day` that are or were suppressed, latest first."""
    query = (
        select(SuppressedAddress, Person)
        .join(Person, func.lower(Person.email) == SuppressedAddress.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.promotion_id == promotion_id, belong_on(day))
        .order_by(SuppressedAddress.since.desc(), SuppressedAddress.id)
    )
    return [MemberAddress(row, person) for row, person in db.session.execute(query)]


def count_suppressed(promotion_id: int, day: date) -> int:
    """Return how many addresses of the promotion's members on `day` are suppressed now."""
    return sum(address.is_suppressed for address in find_addresses(promotion_id, day))


def find_lifts(addresses: Iterable[MemberAddress]) -> list[Lift]:
    """Return each time that one of `addresses` was lifted, latest first."""
    by_reference = {reference(address.row): address for address in addresses}
    query = (
        select(AdminActionLog)
        .where(AdminActionLog.reference.in_(by_reference))
        .order_by(AdminActionLog.at.desc(), AdminActionLog.id.desc())
    )
    return [Lift(by_reference[action.reference], action.at, action.person_id) for action in db.session.scalars(query)]
