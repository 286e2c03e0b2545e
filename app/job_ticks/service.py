"""Record that a job runs, seldom enough to cost nothing, and read when each did."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import select

from app.database import db, insert_or_update
from app.job_ticks.models import JobTick
from app.job_ticks.rules import JobTrouble, Tick, find_job_trouble

RECORD_EVERY = timedelta(seconds=20)  # a commit waits for the disk: not at each of the ticks of a second


class TickRecorder:
    """Writes the ticks of one process's jobs, each in a transaction of its own, through any thread."""

    def __init__(self) -> None:
        self._written: dict[str, Tick] = {}
        self._lock = Lock()

    def record(self, tick: Tick, *, at_once: bool = False) -> bool:
        """Write `tick` unless the job's last one is fresh and says the same; return whether it was written.

        Raises what the database raises; the tick then counts as not written.
        """
        with self._lock:
            if not (at_once or self._is_news(tick)):
                return False
            self._written[tick.name] = tick
        try:
            _write(tick)
        except Exception:
            with self._lock:
                self._written.pop(tick.name, None)
            raise
        return True

    def _is_news(self, tick: Tick) -> bool:
        last = self._written.get(tick.name)
        return last is None or last.failing_since != tick.failing_since or abs(tick.at - last.at) >= RECORD_EVERY


def read_ticks() -> list[Tick]:
    """Return the last tick of each job, by name."""
    rows = db.session.scalars(select(JobTick).order_by(JobTick.name))
    return [Tick(row.name, row.seconds, row.ticked_at, row.failing_since) for row in rows]


def current_job_trouble(now: datetime) -> JobTrouble:
    """Return what is wrong with the jobs at `now`."""
    return find_job_trouble(read_ticks(), now)


def _write(tick: Tick) -> None:
    values = {"seconds": tick.seconds, "ticked_at": tick.at, "failing_since": tick.failing_since}
    with db.engine.begin() as connection:
        connection.execute(insert_or_update(JobTick, "name", {"name": tick.name, **values}))
