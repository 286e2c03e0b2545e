"""The log of a process that runs by itself: its lines on the standard error, dated by our clock."""

from __future__ import annotations

import logging

from app import clock


class Line(logging.Formatter):
    """A line with the moment that everything else follows, in UTC, also when the clock was set."""

    def formatTime(self, _record: logging.LogRecord, _datefmt: str | None = None) -> str:  # noqa: N802 — logging's name
        return clock.now().isoformat(" ", "milliseconds")


def write_log() -> None:
    """Write what happens from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(Line("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
