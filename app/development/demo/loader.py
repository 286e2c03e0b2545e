"""Fills an empty database with the promotions of the demonstration, their dates around a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.database import db
from app.development.demo.coordination import let_coordinate
from app.development.demo.outcomes import add_outcomes
from app.development.demo.readers import add_reads
from app.development.demo.roster import create_promotion, create_promotion_before
from app.development.demo.stories import read_introductions, read_stories
from app.development.demo.timeline import run_timeline
from app.development.welcome import is_empty
from app.teams.models import Membership, Person, Promotion


class DatabaseInUseError(Exception):
    """The database holds a promotion already: the demonstration is not added to it."""


def load_demo(now: datetime) -> Promotion:
    """Make a promotion as it is at `now`, in the thirtieth of its forty weeks, and the one before it.

    Return the one that runs. Commits. Raises DatabaseInUseError.

    Its texts depend on the week only: at another hour of the same week, fewer or more teams have written.
    """
    if not is_empty():
        raise DatabaseInUseError
    try:
        promotion = create_promotion(now)
        before = create_promotion_before(now)
        run_timeline(promotion, read_stories(), read_introductions(), now)
        add_reads(promotion, now)
        db.session.commit()
        add_outcomes(promotion, before, now)
        let_coordinate(promotion, now)
    except BaseException:  # Ctrl-C too: half a demonstration would keep the next one out
        db.session.rollback()
        # the only promotions that there are, hence ours, and their people
        db.session.execute(delete(Person).where(Person.id.in_(select(Membership.person_id))))
        db.session.execute(delete(Promotion))
        db.session.commit()
        raise
    return promotion
