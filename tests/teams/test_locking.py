"""What is due is done once, however many processes look."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import insert, select, text
from sqlalchemy.exc import OperationalError

from app.database import db
from app.teams.locking import lock_if_due, lock_promotion
from app.teams.models import Promotion, Team
from tests.builders import make_promotion


@pytest.mark.parametrize(
    ("looks", "found"),
    [([[]], None), ([["a", "b"], []], None), ([["a", "b"], ["b"]], ["b"])],
    ids=["nothing is due", "another process did it all", "another process did a part"],
)
def test_what_is_due_is_looked_for_again_under_the_lock(
    app: Flask, looks: list[list[str]], found: list[str] | None
) -> None:
    promotion_id = make_promotion().id
    answers = iter(looks)
    assert lock_if_due(promotion_id, lambda: next(answers)) == found
    assert list(answers) == [], "each look was taken"


def test_a_lock_taken_in_vain_is_released(app: Flask) -> None:
    promotion_id = make_promotion().id
    answers = iter([True, False])
    assert lock_if_due(promotion_id, lambda: next(answers)) is None
    assert not db.session().in_transaction()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one lock for everything
def test_a_locked_promotion_may_be_referred_to_meanwhile(app: Flask) -> None:
    promotion = make_promotion()
    team = insert(Team).values(promotion_id=promotion.id, name="Plume", key="plume", slug="plume")
    lock_promotion(promotion.id)
    with db.engine.connect() as other:
        other.execute(text("SET LOCAL lock_timeout = '200ms'"))
        other.execute(team)
        with pytest.raises(OperationalError, match="lock timeout"):
            other.execute(select(Promotion.id).where(Promotion.id == promotion.id).with_for_update(read=True))
    db.session.rollback()
