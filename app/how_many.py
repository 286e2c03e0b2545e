"""How many of something, in the English of commands."""

from __future__ import annotations


def how_many(number: int, one: str, many: str = "") -> str:
    """Return `0 letters`, `1 letter`, `2 letters`; `many` where it is not `one` with an s, as `people` of `person`."""
    return f"{number} {one if number == 1 else many or f'{one}s'}"
