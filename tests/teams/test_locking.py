"""What is due is done once, however many processes look."""

from __future__ import annotations

import pytest
from flask import Flask

from app.database import db
from app.teams.locking import lock_if_due
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
