"""What the audit log records of an imported file: the import, and the people whose part in the cohort it changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.teams.models import Membership, Promotion
from app.teams.roles import Role


@dataclass(frozen=True, slots=True)
class RecordedPart:
    """What of a member's part the log tells of."""

    role: Role
    team: str
    coordinates: bool
    first: date | None
    last: date | None


def read_parts(promotion: Promotion) -> dict[int, RecordedPart]:
    """Return the parts of all members as they are in this transaction, by the id of the person."""
    query = select(Membership).options(joinedload(Membership.team)).where(Membership.promotion_id == promotion.id)
    return {
        member.person_id: RecordedPart(
            role=member.role,
            team=member.team.name if member.team else "",
            coordinates=member.coordinates or member.role is Role.COORDINATOR,
            first=member.joined_on,
            last=member.left_on,
        )
        for member in db.session.scalars(query.order_by(Membership.person_id))
    }


def record_import(promotion: Promotion, before: dict[int, RecordedPart], by: int | None, now: datetime) -> None:
    """Note the import; when a person does it, also what the page of a member would have noted. Never commits."""
    record_action(AuditAction.ROSTER_IMPORTED, by, now, promotion_id=promotion.id)
    for person_id, part in read_parts(promotion).items() if by is not None else ():
        for action, detail in _changes(before.get(person_id), part):
            record_action(
                action,
                by,
                now,
                promotion_id=promotion.id,
                person_id=person_id,
                subject=part.team,
                detail=detail,
            )


def describe_days(last_before: date | None, first: date | None, last: date | None) -> tuple[AuditAction, str]:
    """Return what it is called that a member who belonged until `last_before` now does from `first` until `last`."""
    is_back = last_before is not None and last is None
    return AuditAction.PERSON_BACK if is_back else AuditAction.PERSON_LEFT, f"{first or ''} → {last or ''}"


def _changes(was: RecordedPart | None, part: RecordedPart) -> Iterator[tuple[AuditAction, str]]:
    """Yield what was done to somebody, with the detail; of somebody new, only that they coordinate."""
    if part.coordinates and not (was and was.coordinates):
        yield AuditAction.COORDINATION_GIVEN, part.role.value
    if was is None:
        return
    if part.role is not was.role:
        yield AuditAction.ROLE_CHANGED, part.role.value
    if part.team != was.team:
        yield AuditAction.PERSON_MOVED, part.role.value
    if (part.first, part.last) != (was.first, was.last):
        yield describe_days(was.last, part.first, part.last)
