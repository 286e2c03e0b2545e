"""Named points at which a crash test may kill the process, to see what it leaves behind.

Of a letter: `claimed`, `before data`, `after data`, `answered` (and not yet written down). Of a digest: `freezing` (all
is written, nothing is committed). Of the job process: `ticking` (between what the timetables ask for).
"""

from __future__ import annotations

from collections.abc import Callable

_handler: Callable[[str], None] | None = None


def install(handler: Callable[[str], None] | None) -> None:
    """Call `handler` with the name of every failpoint that is passed; None for none, as in production."""
    global _handler  # noqa: PLW0603 — one handler a process
    _handler = handler


def failpoint(name: str) -> None:
    """Call the installed handler, if any, with `name`."""
    if _handler is not None:
        _handler(name)
