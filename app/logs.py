"""What the processes log: in one zone, and of an outage a line a minute instead of a traceback a second."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app import clock
from app.database_errors import is_outdated

FORMAT = "%(asctime)s %(levelname)s %(message)s"
REPEATED_EVERY = timedelta(minutes=1)
LONGEST_REASON = 300  # characters
OUTAGES = (OperationalError, InterfaceError, PendingRollbackError, PoolTimeoutError)
DATABASE = "the database"  # what fails in an outage, whoever met it


def configure_logging(level: int = logging.WARNING) -> None:
    """Log to standard error from `level` on; calling it again only sets the level."""
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, ClockFormatter) for handler in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(ClockFormatter(FORMAT))
        handler.addFilter(OutageFilter())
        root.addHandler(handler)
    root.setLevel(level)


class ClockFormatter(logging.Formatter):
    """Formats the timestamp from `clock.now`, in UTC, so that it follows a clock that was set."""

    def formatTime(self, _record: logging.LogRecord, _datefmt: str | None = None) -> str:  # noqa: N802 — logging's name
        return clock.now().isoformat(" ", "milliseconds")


class OutageFilter(logging.Filter):
    """Takes the traceback from what an outage of the database made somebody log, and lets one such line a minute by.

    Lines are counted by what they say before their values are filled in.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, str], datetime] = {}
        self._left_out: dict[tuple[str, str], int] = {}
        self._lock = Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is None or not is_outage(error):
            return True
        key, now = (record.name, str(record.msg)), clock.now()
        with self._lock:
            last = self._last.get(key)
            if last is not None and abs(now - last) < REPEATED_EVERY:
                self._left_out[key] = self._left_out.get(key, 0) + 1
                return False
            self._last[key] = now
            left_out = self._left_out.pop(key, 0)
        more = f" ({left_out} more like this since the last such line)" if left_out else ""
        record.msg, record.args = f"{record.getMessage()}: {describe(error)}{more}", ()
        record.exc_info = record.exc_text = None
        return True


def is_outage(error: BaseException) -> bool:
    """Return whether `error` says that the database is away, locked, full or read-only, and not that we are wrong."""
    if is_outdated(error):  # SQLite calls this operational, too
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OUTAGES) or type(error).__name__ == "OperationalError"  # the driver's own, from the pool


def describe(error: BaseException) -> str:
    """Return what `error` says, on one line, without the statement or the row that the database may quote."""
    reason = str((error.orig if isinstance(error, DBAPIError) else None) or error).split("DETAIL:")[0]
    return " ".join(reason.split())[:LONGEST_REASON] or type(error).__name__


@dataclass(slots=True)
class _Failure:
    since: datetime
    origin: str
    is_logged: bool


class FailureLog:
    """Logs of what fails at every attempt the beginning, then one line a minute, and the end.

    An outage of the database is one failure, whatever met it. The traceback of anything else is logged once. What
    fails, works and fails again within a minute is logged once.
    """

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._failures: dict[str, _Failure] = {}
        self._logged_at: dict[str, datetime] = {}
        self._lock = Lock()

    def failed(self, what: str, error: BaseException, now: datetime) -> None:
        """Log, if it is time to, that `what` has failed at `now`."""
        outage = is_outage(error)
        key, origin = (DATABASE, DATABASE) if outage else (what, _origin(error))
        with self._lock:
            failure = self._failures.setdefault(key, _Failure(now, "", is_logged=False))
            is_new, failure.origin = failure.origin != origin, origin
            logged_at = self._logged_at.get(f"{key} {origin}")
            if logged_at is not None and abs(now - logged_at) < REPEATED_EVERY:
                return
            self._logged_at[f"{key} {origin}"] = now
            failure.is_logged = True
        if is_new:
            told = "%s fails: %s; it is tried again by itself"
            self._log.error(told, key, describe(error), exc_info=None if outage else error)
        else:
            self._log.error("%s still fails, for %s now: %s", key, elapsed(failure.since, now), describe(error))

    def succeeded(self, what: str, now: datetime) -> None:
        """Log that `what` works again, if it was logged to fail."""
        with self._lock:
            failure = self._failures.pop(what, None)
        if failure and failure.is_logged:
            self._log.warning("%s works again, after %s", what, elapsed(failure.since, now))

    def failing_since(self, prefix: str) -> datetime | None:
        """Return since when something fails whose name begins with `prefix`; None when nothing does."""
        with self._lock:
            return min((each.since for what, each in self._failures.items() if what.startswith(prefix)), default=None)

    def forget(self) -> None:
        """Know of no failure."""
        with self._lock:
            self._failures.clear()
            self._logged_at.clear()


def _origin(error: BaseException) -> str:
    """Return the type of `error` and the line that raised it: its text may differ from one time to the next."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return f"{type(error).__name__} {last.tb_frame.f_code.co_filename}:{last.tb_lineno}" if last else repr(error)


def elapsed(since: datetime, now: datetime) -> str:
    """Return the time from `since` to `now` in words, such as « 2 h 5 min »."""
    seconds = max(0, round((now - since).total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {seconds % 60} s" if minutes else f"{seconds} s"
