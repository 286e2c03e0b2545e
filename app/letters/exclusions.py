"""How many people were counted and got no letter: told by the room that knows, asked for by `flask deliver`."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

KEY = "letters.exclusions"


def tell_exclusions(app: Flask, count: Callable[[], int]) -> None:
    """Make `count`, called in an application context, the one that knows."""
    app.extensions[KEY] = count


def count_exclusions() -> int:
    """The number, or 0 where nobody makes letters."""
    count = cast("Callable[[], int] | None", current_app.extensions.get(KEY))
    return count() if count else 0
