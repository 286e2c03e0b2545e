"""The moment from which a week's bulletins belong to its digest, and no bulletin can slip between the two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, FrozenWeek
from app.database import db
from app.teams.locking import lock_promotion
from app.teams.models import Team
from app.weeks import Week

FROZEN = select(FrozenWeek.week).where(
    FrozenWeek.promotion_id == bindparam("promotion"),
    FrozenWeek.week.between(bindparam("first"), bindparam("last")),
)


def is_frozen(promotion_id: int, week: Week) -> bool:
    """Whether the week's digest exists, so that a bulletin sent now is late."""
    return week in frozen_between(promotion_id, week, week)


def frozen_between(promotion_id: int, first: Week, last: Week) -> set[Week]:
    """The weeks from `first` to `last`, both included, whose digests exist."""
    return set(db.session.scalars(FROZEN, {"promotion": promotion_id, "first": first, "last": last}))


def bulletins_to_tell(promotion_id: int, week: Week) -> list[Bulletin]:
    """What the week's digest tells: its own bulletins, and late ones of earlier weeks that no other digest tells."""
    query = (
        select(Bulletin)
        .join(Bulletin.team)
        .options(joinedload(Bulletin.team), joinedload(Bulletin.key_date))
        .where(
            Team.promotion_id == promotion_id,
            or_(Bulletin.told_in.is_(None), Bulletin.told_in == week),
            or_(Bulletin.week == week, and_(Bulletin.late, Bulletin.week < week)),
        )
    )
    return list(db.session.scalars(query))


def freeze(promotion_id: int, week: Week, now: datetime) -> list[Bulletin]:
    """Take the week's bulletins for its digest; raises IntegrityError when that was done before. Does not commit."""
    lock_promotion(promotion_id)
    db.session.add(FrozenWeek(promotion_id=promotion_id, week=week, frozen_at=now))
    db.session.flush()
    told = bulletins_to_tell(promotion_id, week)
    for bulletin in told:
        bulletin.told_in = week
    return told
