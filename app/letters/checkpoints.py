"""Named moments of a delivery, at which a harness may strike: `claimed`, `before data`, `after data`, `answered`."""

from __future__ import annotations

from collections.abc import Callable

_strike: Callable[[str], None] | None = None


def install(strike: Callable[[str], None] | None) -> None:
    """Call `strike` with the name of every checkpoint passed; None for nothing, as in production."""
    global _strike  # noqa: PLW0603 — one harness a process
    _strike = strike


def checkpoint(name: str) -> None:
    """Pass a named moment."""
    if _strike is not None:
        _strike(name)
