"""The introduction: what the coordination writes for the head of a week's digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.audit.actions import AuditAction
from app.audit.service import record_action
from app.bulletins.queries import is_frozen
from app.database import db
from app.digests.errors import AlreadyIssuedError, IntroductionConflictError
from app.digests.models import Introduction
from app.teams.locking import lock_promotion
from app.teams.models import Person, Promotion
from app.text_cleaning import clean_text
from app.weeks import Week


def find_introduction(promotion_id: int, week: Week) -> Introduction | None:
    """Return what the coordination wrote for the head of the week's digest, if it did, as it is stored now."""
    query = select(Introduction).where(Introduction.promotion_id == promotion_id, Introduction.week == week)
    return db.session.scalar(query, execution_options={"populate_existing": True})


def introduce(
    promotion: Promotion, week: Week, text: str, author: Person, now: datetime, *, base: str | None = None
) -> None:
    """Store the coordination's introduction to the week's digest; an empty `text` removes it. Commits.

    `base`: the text that its author saw saved ("": none); None: whatever it is. What is saved already changes nothing.
    Raises AlreadyIssuedError, IntroductionConflictError.
    """
    text, author_id = clean_text(text), author.id
    lock_promotion(promotion.id)  # so that no digest leaves without it in between
    if is_frozen(promotion.id, week):
        raise AlreadyIssuedError(week)
    introduction = find_introduction(promotion.id, week)
    saved = introduction.text if introduction else ""
    if text == saved:
        db.session.rollback()
        return
    if base is not None and clean_text(base) != saved:
        db.session.rollback()
        raise IntroductionConflictError(saved)
    if introduction is None:
        introduction = Introduction(promotion_id=promotion.id, week=week)
    introduction.text, introduction.author_id, introduction.updated_at = text, author_id, now
    db.session.add(introduction)
    record_action(AuditAction.INTRODUCTION_SAVED, author_id, now, promotion_id=promotion.id, subject=week.label)
    db.session.commit()
