"""Note what the signed-in coordinator does, from a view, just before the service that does it and commits."""

from __future__ import annotations

from flask import g
from flask_login import current_user

from app import clock
from app.audit.actions import AuditAction
from app.audit.service import record_action


def note_action(action: AuditAction, *, person_id: int | None = None, subject: str = "", detail: str = "") -> None:
    """Add an entry to the transaction that the service is about to commit; what it does not commit is not noted."""
    where = g.promotion.id
    record_action(
        action, current_user.id, clock.now(), promotion_id=where, person_id=person_id, subject=subject, detail=detail
    )
