"""Export and erase one person's traces in the audit log. Never commits."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from app.audit.models import AuditEntry
from app.database import db


def export_for(person_id: int) -> dict[str, object]:
    """Return what they did for the coordination, and what the coordination did about them, within twelve months."""
    theirs = or_(AuditEntry.actor_id == person_id, AuditEntry.person_id == person_id)
    entries = db.session.scalars(select(AuditEntry).where(theirs).order_by(AuditEntry.id))
    return {
        "audit_log": [
            {
                "at": entry.at,
                "what": entry.action,
                "by_you": entry.actor_id == person_id,
                "about_you": entry.person_id == person_id,
                "subject": entry.subject,
                "detail": entry.detail,
            }
            for entry in entries
        ]
    }


def erase_for(person_id: int) -> None:
    """Leave the entries, by and about a former member."""
    for column in (AuditEntry.actor_id, AuditEntry.person_id):
        db.session.execute(update(AuditEntry).where(column == person_id).values({column: None}))
