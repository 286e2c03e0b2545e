"""A letter to oneself, by which a coordinator sees that letters leave and arrive."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.letters.models import Letter, Mailing
from app.teams.locking import lock_promotion
from app.teams.models import Membership
from app.teams.notifications import queue_notification

AGAIN_AFTER = timedelta(minutes=1)  # a second click before that sends no second letter


def send_test_letter(member: Membership, now: datetime) -> None:
    """Queue a test letter to the member, unless one was queued a moment ago. Commits."""
    lock_promotion(member.promotion_id)
    last = last_test_letter(member)
    if last is not None and now < last.created_at + AGAIN_AFTER:
        db.session.rollback()
        return
    queue_notification(
        "test_letter", [member], reference=f"{_prefix(member)}{uuid.uuid4().hex}", now=now, promotion=member.promotion
    )
    record_action(AuditAction.TEST_SENT, member.person_id, now, promotion_id=member.promotion_id)
    db.session.commit()


def last_test_letter(member: Membership) -> Letter | None:
    """Return the test letter that was sent to the member last."""
    query = select(Letter).join(Letter.mailing).options(joinedload(Letter.mailing))
    ours = query.where(Mailing.reference.startswith(_prefix(member), autoescape=True))
    return db.session.scalar(ours.order_by(Letter.id.desc()).limit(1))


def _prefix(member: Membership) -> str:
    return f"test:{member.id}:"
