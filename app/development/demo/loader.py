"""Fills an empty database with the demonstration promotion, its dates around a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.database import db
from app.development.demo.cast import settle
from app.development.demo.chronicle import live
from app.development.demo.material import read_introductions, read_stories
from app.development.demo.reading import read_digests
from app.development.welcome import is_empty
from app.teams.models import Membership, Person, Promotion


class DatabaseInUseError(Exception):
    """The database holds a promotion already: the demonstration stays out of it."""


def load_demo(now: datetime) -> Promotion:
    """Make the promotion as it stands at `now`, in the thirtieth of its forty weeks. Raises DatabaseInUseError.

    What it tells depends on the week only: at another hour of the same week, fewer or more teams have written.
    """
    if not is_empty():
        raise DatabaseInUseError
    try:
        promotion = settle(now)
        live(promotion, read_stories(), read_introductions(), now)
        read_digests(promotion, now)
        db.session.commit()
    except BaseException:  # Ctrl-C too: half a demonstration would keep the next one out
        _undo()
        raise
    return promotion


def _undo() -> None:
    """Take away the only promotion there is, which is ours, and its people."""
    db.session.rollback()
    db.session.execute(delete(Person).where(Person.id.in_(select(Membership.person_id))))
    db.session.execute(delete(Promotion))
    db.session.commit()
