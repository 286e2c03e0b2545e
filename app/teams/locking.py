"""Lock a promotion or a person, so that what is to be done once is done once, however many processes try."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select

from app.database import db
from app.teams.models import Person, Promotion

T = TypeVar("T")


def lock_promotion(promotion_id: int, *, shared: bool = False) -> None:
    """Lock the promotion until the transaction ends; `shared` with other such locks, for writers of bulletins.

    Rows that refer to it may be added meanwhile: whoever adds one may hold what the lock's holder waits for. On SQLite
    a transaction that writes excludes all others anyway.
    """
    lock = select(Promotion.id).where(Promotion.id == promotion_id)
    db.session.execute(lock.with_for_update(read=shared, key_share=not shared))


def lock_person(person_id: int) -> bool:
    """Lock the person until the transaction ends; return whether they are still known: somebody erased is not."""
    email = select(Person.email).where(Person.id == person_id).with_for_update()
    return db.session.scalar(email) is not None


def lock_if_due(promotion_id: int, find_due: Callable[[], T]) -> T | None:
    """Lock the promotion until the transaction ends and return what `find_due` finds to do; None when that is nothing.

    It looks before locking, since most calls find nothing, and again under the lock: another process may have been
    first. A lock that was taken in vain is released by a rollback.
    """
    if not find_due():
        return None
    lock_promotion(promotion_id)
    if due := find_due():
        return due
    db.session.rollback()
    return None
