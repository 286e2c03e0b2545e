"""A promotion's addresses that get no letter because they said that they do not exist, and what was decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from app.database import db
from app.letters.models import AdminActionLog, SuppressedAddress
from app.letters.suppression import reference
from app.teams.members import belong_on
from app.teams.models import Membership, Person


@dataclass(frozen=True, slots=True)
class MembersAddress:
    """An address that is or was suppressed, and the member whose it is."""

    row: SuppressedAddress
    person: Person


@dataclass(frozen=True, slots=True)
class Lift:
    """That an address was lifted; `act` says when and by whom."""

    address: MembersAddress
    act: AdminActionLog


def addresses_of(promotion_id: int, day: date) -> list[MembersAddress]:
    """The addresses of the promotion's members on `day` that are suppressed or have been, latest first."""
    query = (
        select(SuppressedAddress, Person)
        .join(Person, func.lower(Person.email) == SuppressedAddress.address)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.promotion_id == promotion_id, belong_on(day))
        .order_by(SuppressedAddress.since.desc(), SuppressedAddress.id)
    )
    return [MembersAddress(row, person) for row, person in db.session.execute(query)]


def suppressed_of(promotion_id: int, day: date) -> list[MembersAddress]:
    """Those that are suppressed now."""
    return [address for address in addresses_of(promotion_id, day) if address.row.lifted_at is None]


def lifts_of(promotion_id: int, day: date) -> list[Lift]:
    """Each time one of them was lifted, latest first."""
    by_reference = {reference(address.row): address for address in addresses_of(promotion_id, day)}
    acts = select(AdminActionLog).where(AdminActionLog.reference.in_(by_reference))
    found = db.session.scalars(acts.order_by(AdminActionLog.at.desc(), AdminActionLog.id.desc()))
    return [Lift(by_reference[act.reference], act) for act in found]
