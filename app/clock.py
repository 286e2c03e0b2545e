"""The only reading of the clock: everything else is told what time it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """This moment, aware, in UTC; shifted when the clock was set."""
    return datetime.now(UTC) + _shift


def set_clock(moment: datetime | None) -> None:
    """Make `now()` run on from `moment`; None goes back to the system's clock."""
    global _shift  # noqa: PLW0603 — one clock a process
    _shift = moment - datetime.now(UTC) if moment else timedelta(0)
