"""Dated notes beside a digest: what the coordination says of it, and that a text in it was corrected or withdrawn.

Whatever changes is counted by the digest's `revision`: who has seen another one is told what came between.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.database import db
from app.digests.models import Digest, DigestNote
from app.teams.locking import lock_promotion
from app.teams.models import Team
from app.weeks import Week


class DigestChangedError(Exception):
    """Somebody else has corrected, withdrawn or noted something of the digest since it was seen."""


def notes_of(promotion_id: int, week: Week) -> list[DigestNote]:
    """Return the notes on the digest of a week, oldest first, with their teams."""
    query = select(DigestNote).join(Digest, Digest.id == DigestNote.digest_id).options(joinedload(DigestNote.team))
    query = query.where(Digest.promotion_id == promotion_id, Digest.week == week)
    return list(db.session.scalars(query.order_by(DigestNote.id)))


def digests_noted(team: Team, words: str) -> list[Digest]:
    """Return the digests beside which these words say that a text of the team has changed."""
    noted = DigestNote.of_change & (DigestNote.team_id == team.id) & (DigestNote.text == words)
    return list(db.session.scalars(select(Digest).join(DigestNote, DigestNote.digest_id == Digest.id).where(noted)))


def write_note(digest: Digest, team: Team | None, text: str, seen: int, by: int, now: datetime) -> bool:
    """Add a note about what a team wrote, with None about the whole; return False when it is there already. Commits.

    Raises DigestChangedError unless the person `by` has `seen` the digest in its revision of today.
    """
    lock_digest(digest)
    team_id = team.id if team else None
    notes = notes_of(digest.promotion_id, digest.week)
    if any((note.team_id, note.text) == (team_id, text) for note in notes):
        return False
    refuse_unseen(digest, seen)
    add_note(digest, team, text, by, now)
    _record(digest, by, now, team)
    db.session.commit()
    return True


def remove_note(digest: Digest, note_id: int, by: int, now: datetime) -> bool:
    """Take a note back; return False when it is gone already, or says that a text has changed. Commits."""
    lock_digest(digest)
    note = db.session.get(DigestNote, note_id, populate_existing=True)
    if note is None or note.digest_id != digest.id or note.of_change:
        return False
    db.session.delete(note)
    digest.revision += 1
    _record(digest, by, now, note.team, "−")
    db.session.commit()
    return True


def lock_digest(digest: Digest) -> None:
    """Lock the promotion, and read the digest anew."""
    lock_promotion(digest.promotion_id)
    db.session.refresh(digest)


def refuse_unseen(digest: Digest, seen: int) -> None:
    """Raise DigestChangedError unless `seen` is the revision of the digest."""
    if digest.revision != seen:
        raise DigestChangedError(digest.revision)


def add_note(digest: Digest, team: Team | None, text: str, by: int, now: datetime, *, of_change: bool = False) -> None:
    """Put a note beside the digest, in a revision of its own. Never commits.

    One `of_change` takes the place of the one before about the same team: what that said may be what is withdrawn now.
    """
    team_id = team.id if team else None
    if of_change:
        same = DigestNote.team_id == team_id if team_id else DigestNote.team_id.is_(None)
        db.session.execute(delete(DigestNote).where(DigestNote.digest_id == digest.id, DigestNote.of_change, same))
    note = DigestNote(
        digest_id=digest.id, team_id=team_id, text=text, of_change=of_change, written_at=now, author_id=by
    )
    db.session.add(note)
    digest.revision += 1


def _record(digest: Digest, by: int, now: datetime, team: Team | None, detail: str = "") -> None:
    about = " ".join(part for part in (detail, team.name if team else "") if part)
    record_action(
        AuditAction.DIGEST_CORRECTED, by, now, promotion_id=digest.promotion_id, subject=digest.week.label, detail=about
    )
