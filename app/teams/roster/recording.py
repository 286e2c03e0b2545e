"""What the audit log tells of an imported file: the import, to whom it gave the coordination, whose days it changed."""

from __future__ import annotations

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

    coordinates: bool
    first: date | None
    last: date | None
    team: str


def read_parts(promotion: Promotion) -> dict[int, RecordedPart]:
    """Return the parts of all members as they are in this transaction, by the id of the person."""
    query = select(Membership).options(joinedload(Membership.team)).where(Membership.promotion_id == promotion.id)
    return {
        member.person_id: RecordedPart(
            coordinates=member.coordinates or member.role is Role.COORDINATOR,
            first=member.joined_on,
            last=member.left_on,
            team=member.team.name if member.team else "",
        )
        for member in db.session.scalars(query.order_by(Membership.person_id))
    }


def record_import(promotion: Promotion, before: dict[int, RecordedPart], by: int | None, now: datetime) -> None:
    """Note the import; of what a person has done by it, what the page of a member would have noted. Never commits."""
    record_action(AuditAction.ROSTER_IMPORTED, by, now, promotion_id=promotion.id)
    if by is None:
        return
    for person_id, part in read_parts(promotion).items():
        was = before.get(person_id)
        if part.coordinates and not (was and was.coordinates):
            record_action(AuditAction.COORDINATION_GIVEN, by, now, promotion_id=promotion.id, person_id=person_id)
        if was and (was.first, was.last) != (part.first, part.last):
            record_action(
                AuditAction.PERSON_BACK if was.last and not part.last else AuditAction.PERSON_LEFT,
                by,
                now,
                promotion_id=promotion.id,
                person_id=person_id,
                subject=part.team,
                detail=f"{part.first or ''} → {part.last or ''}",
            )
