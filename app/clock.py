"""The only reading of the system clock: everything else receives the time as an argument."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """Return the current time, aware, in UTC; shifted when the clock was set."""
    return datetime.now(UTC) + _shift


def unshifted_now() -> datetime:
    """Return the current time of the system, wherever the clock was set: for a scheduler, which waits by that one."""
    return datetime.now(UTC)


def set_clock(moment: datetime | None) -> None:
    """Make `now()` run on from `moment`; None goes back to the system's clock."""
    global _shift  # noqa: PLW0603 — one clock a process
    _shift = moment - datetime.now(UTC) if moment else timedelta(0)
