"""How many of something, in the English of commands."""

from __future__ import annotations

import pytest

from app.how_many import how_many


@pytest.mark.parametrize(
    ("number", "letters", "people"),
    [(0, "0 letters", "0 people"), (1, "1 letter", "1 person"), (2, "2 letters", "2 people")],
)
def test_one_is_said_as_one(number: int, letters: str, people: str) -> None:
    assert how_many(number, "letter") == letters
    assert how_many(number, "person", "people") == people
