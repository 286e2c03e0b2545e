"""What the brake keeps back: found for whoever decides, and decided, each with who and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import joinedload

from app.database import db
from app.letters.models import AdminActionLog, Bounce, Letter
from app.letters.states import AdminAction
from app.letters.suppression import suppress


def is_held() -> ColumnElement[bool]:
    """Return the condition of the bounces about which somebody has to decide."""
    return and_(Bounce.held_at.is_not(None), Bounce.decided_at.is_(None))


def find_held(people: Iterable[int]) -> list[Bounce]:
    """Return the bounces that the brake keeps back, of letters to these people, with their letters, latest first."""
    query = select(Bounce).join(Bounce.letter).options(joinedload(Bounce.letter)).where(is_held())
    return list(db.session.scalars(query.where(Letter.person_id.in_(set(people))).order_by(Bounce.id.desc())))


def decide(ids: Iterable[int], action: AdminAction, person_id: int, now: datetime) -> int:
    """Suppress the addresses of held bounces (AdminAction.SUPPRESS), or spare them; return how many bounces that were.

    What somebody else has decided meanwhile stays as they decided it. Commits, if any.
    """
    still_held = update(Bounce).where(Bounce.id.in_(set(ids)), is_held()).values(decided_at=now)
    decided = db.session.scalars(still_held.returning(Bounce.id)).all()
    if not decided:
        db.session.rollback()
        return 0
    query = select(Bounce).options(joinedload(Bounce.letter).joinedload(Letter.mailing)).order_by(Bounce.id)
    bounces = db.session.scalars(
        query.where(Bounce.id.in_(decided)), execution_options={"populate_existing": True}
    ).all()
    for bounce in bounces:
        if action is AdminAction.SUPPRESS and bounce.letter.to_email:
            bounce.permanent = True
            suppress(bounce.letter.to_email, bounce.code, bounce.text, bounce.letter_id, now)
    for reference, letters in Counter(bounce.letter.mailing.reference for bounce in bounces).items():
        values = {"reference": reference, "at": now, "person_id": person_id, "action": action, "letters": letters}
        db.session.add(AdminActionLog(**values))
    db.session.commit()
    return len(decided)
