"""Write the audit log, in the transaction of what it tells of; erase what is old."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from app.audit.actions import AuditAction, kept_from
from app.audit.models import AuditEntry
from app.database import db, rows_changed

LONGEST = 200  # characters of `subject` and of `detail`; what is longer is cut


def record_action(
    action: AuditAction,
    by: int | None,
    now: datetime,
    *,
    promotion_id: int | None = None,
    person_id: int | None = None,
    subject: str = "",
    detail: str = "",
) -> None:
    """Note that the person `by`, or with None a command or the site itself, has done `action`. Never commits.

    `promotion_id` is where, None for what concerns the whole site; `person_id` is whom it is about, if anybody;
    `subject` what else it is about (a team, a week); `detail` a few more words. What is called otherwise in each
    language, such as a milestone, is noted by its code. No name and no address of anybody in either: they would outlive
    an erasure.
    """
    entry = AuditEntry(
        at=now,
        action=action.value,
        promotion_id=promotion_id,
        actor_id=by,
        by_person=by is not None,
        person_id=person_id,
        about_person=person_id is not None,
        subject=_cut(subject),
        detail=_cut(detail),
    )
    db.session.add(entry)


def erase_old_entries(now: datetime) -> int:
    """Erase the entries that are kept no longer at `now`; return how many. Commits."""
    old = delete(AuditEntry).where(AuditEntry.at < kept_from(now))
    erased = rows_changed(old)
    db.session.commit()
    return erased


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
