"""The freeze of a week: from then on its bulletins belong to its digest, and none can slip between the two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, FrozenWeek
from app.database import db
from app.teams.locking import lock_promotion
from app.teams.models import Team
from app.weeks import Week


def bulletins_to_publish(promotion_id: int, week: Week) -> list[Bulletin]:
    """Read the bulletins that the digest of `week` publishes, with their teams and key dates.

    These are its own and the late ones of earlier weeks, except those that another digest has published. One that comes
    from a file and was late is no news: it is in the digest of its own week, if in any.
    """
    query = (
        select(Bulletin)
        .join(Bulletin.team)
        .options(joinedload(Bulletin.team), joinedload(Bulletin.key_date))
        .where(
            Team.promotion_id == promotion_id,
            or_(Bulletin.published_in.is_(None), Bulletin.published_in == week),
            or_(Bulletin.week == week, and_(Bulletin.late, ~Bulletin.imported, Bulletin.week < week)),
        )
    )
    return list(db.session.scalars(query))


def freeze(promotion_id: int, week: Week, now: datetime) -> list[Bulletin]:
    """Freeze `week` at `now` and return the bulletins that its digest publishes. Never commits.

    Raises IntegrityError when the week is frozen already.
    """
    lock_promotion(promotion_id)
    db.session.add(FrozenWeek(promotion_id=promotion_id, week=week, frozen_at=now))
    db.session.flush()
    bulletins = bulletins_to_publish(promotion_id, week)
    for bulletin in bulletins:
        bulletin.published_in = week
    return bulletins
