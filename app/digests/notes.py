"""What the coordination corrects of a digest after it was issued: dated notes beside it, which change nothing in it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.digests.models import Digest, DigestNote
from app.teams.locking import lock_promotion
from app.teams.models import Team
from app.weeks import Week


def notes_of(promotion_id: int, week: Week) -> list[DigestNote]:
    """Return the notes on the digest of a week, oldest first, with their teams."""
    query = select(DigestNote).join(Digest, Digest.id == DigestNote.digest_id).options(joinedload(DigestNote.team))
    query = query.where(Digest.promotion_id == promotion_id, Digest.week == week)
    return list(db.session.scalars(query.order_by(DigestNote.id)))


def write_note(digest: Digest, team: Team | None, text: str, by: int, now: datetime) -> bool:
    """Add a note about what a team wrote, with None about the whole; return False when it is there already. Commits."""
    lock_promotion(digest.promotion_id)
    team_id = team.id if team else None
    notes = notes_of(digest.promotion_id, digest.week)
    if any((note.team_id, note.text) == (team_id, text) for note in notes):
        return False
    db.session.add(DigestNote(digest_id=digest.id, team_id=team_id, text=text, written_at=now, author_id=by))
    _record(digest, AuditAction.DIGEST_CORRECTED, by, now, team)
    db.session.commit()
    return True


def remove_note(digest: Digest, note_id: int, by: int, now: datetime) -> bool:
    """Take a note back; return False when it is gone already. Commits."""
    lock_promotion(digest.promotion_id)
    note = db.session.get(DigestNote, note_id)
    if note is None or note.digest_id != digest.id:
        return False
    db.session.delete(note)
    _record(digest, AuditAction.DIGEST_CORRECTED, by, now, note.team, "−")
    db.session.commit()
    return True


def _record(digest: Digest, action: AuditAction, by: int, now: datetime, team: Team | None, detail: str = "") -> None:
    about = " ".join(part for part in (detail, team.name if team else "") if part)
    record_action(action, by, now, promotion_id=digest.promotion_id, subject=digest.week.label, detail=about)
