"""Delete a cohort in which nothing was issued: its rows go, the people who are in no other are erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.errors import DomainError
from app.home.account import erase_rows
from app.i18n import lazy_gettext as _l
from app.management.promotions import alone_in, has_issued
from app.teams.locking import lock_promotion
from app.teams.members import coordination
from app.teams.models import Person, Promotion


class CohortInUseError(DomainError):
    """Something was issued in the cohort, or it is the only one of who deletes it."""

    status = 409
    advice = _l(
        "This cohort cannot be deleted: something was issued in it, or it is your only one. "
        "To begin again, make the right one first."
    )


def delete_promotion(promotion: Promotion, by: Person, now: datetime) -> None:
    """Delete the cohort, all that was written in it, and the people who are in no other. Commits.

    Raises CohortInUseError.
    """
    lock_promotion(promotion.id)
    alone = alone_in(promotion)
    if has_issued(promotion) or by.id in {person.id for person in alone}:
        db.session.rollback()
        raise CohortInUseError("something was issued, or nobody could sign in any more")
    for person in alone:
        erase_rows(person, now)
    others = {member.person_id for member in coordination(promotion, now)} - {by.id, *(person.id for person in alone)}
    for person_id in [None, *sorted(others)]:  # those who coordinated it, too, find it in the site's log
        record_action(AuditAction.PROMOTION_DELETED, by.id, now, person_id=person_id, subject=promotion.name)
    db.session.flush()
    db.session.execute(delete(Promotion).where(Promotion.id == promotion.id))
    db.session.commit()
