"""The commands of the post office: `flask deliver`, `flask bounces read`."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy.exc import OperationalError

from app import clock
from app.letters.bounces import read_bounces
from app.letters.delivery import deliver
from app.letters.exclusions import count_exclusions
from app.letters.tally import Counts, Tally, count_due

bounces = AppGroup("bounces", help="Letters that came back.")


@click.command("deliver")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="How to print the counts.")
@with_appcontext
def deliver_command(shape: str) -> None:
    """Send all letters that are due, then count them by state.

    Any number of these may run at once, beside `flask timetable`. SIGTERM or Ctrl-C ends the run after the letter in
    hand; nothing is lost. "sent" counts this run, the others stand for all letters as they are after it;
    docs/delivery.md says what they mean and what to do.

    Exit status: 0 when nothing went wrong in this run; 1 when a letter failed or was interrupted, or the relay refused
    us; 2 when the database could not be written.
    """
    try:
        with _stopping() as stop, _progress(count_due(clock.now())) as progress:
            counts = deliver(clock.now, stop, progress)
    except OperationalError as error:
        click.echo(f"The database takes nothing ({error.orig}). No letter is lost: run this again.", err=True)
        sys.exit(2)
    click.echo(_say(counts, shape))
    sys.exit(0 if counts.run.clean else 1)


@bounces.command("read")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def read_command(folder: Path) -> None:
    """Read the bounces in FOLDER, a Maildir or a folder of .eml files.

    An address that fails for good is suppressed: nothing more is sent to it until the coordination lifts that. Other
    failures are only noted. Reading a file twice changes nothing; the files are left alone.
    """
    reading = read_bounces(folder, clock.now())
    click.echo(f"{reading.suppressed} suppressed, {reading.noted} noted, {reading.known} already known, ", nl=False)
    click.echo(f"{reading.ignored} not bounces of ours")


def register_commands(app: Flask) -> None:
    """Add this room's commands."""
    app.cli.add_command(deliver_command)
    app.cli.add_command(bounces)


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM or Ctrl-C asked us to stop."""
    asked = Event()
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(due: int) -> Iterator[Callable[[Tally], None]]:
    """A bar that grows with the letters settled, of those that were `due`; only on a terminal, gone at the end."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("letters", total=due)
        yield lambda tally: progress.update(task, completed=tally.settled, total=max(due, tally.settled))


def _say(counts: Counts, shape: str) -> str:
    said = {
        "sent": counts.sent,
        "deferred": counts.deferred,
        "failed": counts.failed,
        "unknown": counts.unknown,
        "queued": counts.queued,
        "excluded": count_exclusions(),
    }
    if shape == "json":
        return json.dumps(said)
    lines = [f"{name:10}{number:7}" for name, number in said.items()]
    if counts.run.interrupted:
        lines.append(f"{counts.run.interrupted} of them interrupted: see docs/delivery.md, « unknown »")
    if counts.run.paused or counts.run.relay_errors:
        lines.append(f"the relay refused us {counts.run.relay_errors} times; what is queued is tried again later")
    return "\n".join(lines)
