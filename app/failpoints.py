"""Failpoints: named moments at which a crash test may end the process, to see what that leaves behind.

Of a letter: `claimed`, `before data`, `after data`, `answered` (and not yet recorded). Of a digest: `freezing` (all is
written, nothing is committed). Of the job process: `ticking` (between what the timetables ask for), `bounces recorded`
(and their mails not yet moved away).
"""

from __future__ import annotations

from collections.abc import Callable

_on_reached: Callable[[str], None] | None = None


def on_failpoint(callback: Callable[[str], None] | None) -> None:
    """Call `callback` with the name of every failpoint reached; None for nothing, as in production."""
    global _on_reached  # noqa: PLW0603 — one harness a process
    _on_reached = callback


def failpoint(name: str) -> None:
    """Reach the failpoint `name`."""
    if _on_reached is not None:
        _on_reached(name)
