"""A process of the harness: one command of the product, on a clock of its own, that may kill itself at a failpoint."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from flask.cli import FlaskGroup

from app import clock, create_app, failpoints, jobs
from app.letters.run import OVERRIDES
from tests.crash.kill_points import ANY_MOMENT, KillPoint
from tests.fixtures.site import make_config

FAULT = 70  # exit status of a process that ended by an error nobody expected
TICKS = 10  # times as often as usual


@dataclass(frozen=True)
class ProcessSettings:
    """What the processes of a scenario have in common.

    `ahead` is how far their clock is from the machine's, `patience` how many seconds they wait for a silent relay.
    """

    database: str
    relay: str
    log: str
    ahead: timedelta = timedelta(0)
    patience: float = 30
    connections: int = 1


def work(settings: ProcessSettings, command: tuple[str, ...], kill_point: KillPoint | None) -> None:
    """Run `flask COMMAND` and end with its exit status."""
    _write_to(settings.log)
    app = create_app(make_config(database_url=settings.database, smtp_url=settings.relay, durability="strict"))
    time_outs = dict.fromkeys(("command_timeout", "answer_timeout"), settings.patience)
    app.config[OVERRIDES] = {**time_outs, "connections": settings.connections}
    jobs.JOBS = tuple(replace(job, seconds=job.seconds / TICKS) for job in jobs.JOBS)
    clock.set_clock(datetime.now(UTC) + settings.ahead)
    if kill_point:
        _arm(kill_point)
    try:
        FlaskGroup(create_app=lambda: app).main(command, prog_name="flask")
    except Exception:
        traceback.print_exc()
        sys.exit(FAULT)


def _write_to(log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for output in (1, 2):
        os.dup2(file, output)


def _arm(kill_point: KillPoint) -> None:
    if kill_point.point == ANY_MOMENT:
        timer = threading.Timer(kill_point.seconds, _die)
        timer.daemon = True
        timer.start()
        return
    passings = count(1)

    def pass_by(point: str) -> None:
        if point == kill_point.point and next(passings) == kill_point.passing:
            _die()

    failpoints.on_failpoint(pass_by)


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
