"""The rule of when the jobs are silent or failing. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(minutes=2)
SHORT_INTERVAL = 30  # seconds; a job that runs less often may be silent for as much longer


@dataclass(frozen=True, slots=True)
class Tick:
    """When the job `name`, called every `seconds`, last ran; since when it fails, None if it works."""

    name: str
    seconds: int
    at: datetime
    failing_since: datetime | None = None

    def is_silent(self, now: datetime) -> bool:
        """Return whether the job should have run by now and has not."""
        allowed = SILENT_AFTER + timedelta(seconds=self.seconds if self.seconds >= SHORT_INTERVAL else 0)
        return now - self.at > allowed


@dataclass(frozen=True, slots=True)
class JobTrouble:
    """What is wrong with the jobs at a moment; at most one of these is told, the gravest.

    `never`: no job has ever run. `silent_since`: none runs any more. `silent`, `failing`: some jobs only, by name,
    with the moment since when.
    """

    never: bool = False
    silent_since: datetime | None = None
    silent: tuple[tuple[str, datetime], ...] = ()
    failing: tuple[tuple[str, datetime], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.never or self.silent_since or self.silent or self.failing)


def find_job_trouble(ticks: Sequence[Tick], now: datetime) -> JobTrouble:
    """Find what is wrong with the jobs at `now`; falsy when nothing is."""
    if not ticks:
        return JobTrouble(never=True)
    latest = max(tick.at for tick in ticks)
    if all(tick.is_silent(now) for tick in ticks) or now - latest > SILENT_AFTER:
        return JobTrouble(silent_since=latest)
    return JobTrouble(
        silent=tuple((tick.name, tick.at) for tick in ticks if tick.is_silent(now)),
        failing=tuple((tick.name, tick.failing_since) for tick in ticks if tick.failing_since),
    )
