"""What the command `flask deliver` needs: signals, a progress bar, the counts in words."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.how_many import how_many
from app.letters.run import DeliveryCounts, RunReport


@contextmanager
def stop_on_signals() -> Iterator[Callable[[], bool]]:
    """Yield a function that returns whether SIGTERM or Ctrl-C has come."""
    stopping = Event()
    previous = {number: signal.signal(number, lambda *_: stopping.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping.is_set
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


@contextmanager
def progress_bar(due: int) -> Iterator[Callable[[RunReport], None]]:
    """Yield a function that shows the letters handled, of those that were `due`; only on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("letters", total=due)
        yield lambda report: progress.update(task, completed=report.handled, total=max(due, report.handled))


def format_counts(counts: DeliveryCounts, excluded: int, output_format: str) -> str:
    """Return the counts as `json` or `text`; `excluded` is the number of members who were counted and got no letter."""
    numbers = {
        "sent": counts.sent,
        "deferred": counts.deferred,
        "failed": counts.failed,
        "unknown": counts.unknown,
        "queued": counts.queued,
        "excluded": excluded,
    }
    if output_format == "json":
        return json.dumps(numbers)
    lines = [f"{name:10}{number:7}" for name, number in numbers.items()]
    if counts.run.interrupted:
        lines.append(f"{counts.run.interrupted} of them interrupted: see docs/delivery.md, « unknown »")
    if counts.run.paused or counts.run.relay_errors:
        times = how_many(counts.run.relay_errors, "time")
        lines.append(f"the relay refused us {times}; what is queued is tried again later")
    return "\n".join(lines)
