"""Named moments at which a harness may strike, to see what a process that ends there leaves behind.

Of a letter: `claimed`, `before data`, `after data`, `answered` (and not yet written down). Of a digest: `freezing` (all
is written, nothing is committed). Of the job process: `ticking` (between what the timetables ask for).
"""

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
