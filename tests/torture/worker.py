"""A process of the harness: one command of the product, on a clock of its own, that may kill itself at a checkpoint."""

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

from app import checkpoints, clock, create_app, jobs
from app.letters.terms import OVERRIDES
from tests.fixtures.site import make_config
from tests.torture.strikes import ANY_MOMENT, Strike

FAULT = 70  # exit status of a process that ended by an error nobody expected
TICKS = 10  # times as often as usual


@dataclass(frozen=True)
class Orders:
    """What the processes of a trial have in common.

    `ahead` is how far their clock is from the machine's, `patience` how many seconds they wait for a silent relay.
    """

    database: str
    relay: str
    log: str
    ahead: timedelta = timedelta(0)
    patience: float = 30
    connections: int = 1


def work(orders: Orders, command: tuple[str, ...], strike: Strike | None) -> None:
    """Run `flask COMMAND` and end with its exit status."""
    _write_to(orders.log)
    app = create_app(make_config(database_url=orders.database, smtp_url=orders.relay, durability="strict"))
    time_outs = dict.fromkeys(("command_timeout", "answer_timeout"), orders.patience)
    app.config[OVERRIDES] = {**time_outs, "connections": orders.connections}
    jobs.JOBS = tuple(replace(job, seconds=job.seconds / TICKS) for job in jobs.JOBS)
    clock.set_clock(datetime.now(UTC) + orders.ahead)
    if strike:
        _arm(strike)
    try:
        FlaskGroup(create_app=lambda: app).main(command, prog_name="flask")
    except Exception:
        traceback.print_exc()
        sys.exit(FAULT)


def _write_to(log: str) -> None:
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for output in (1, 2):
        os.dup2(file, output)


def _arm(strike: Strike) -> None:
    if strike.point == ANY_MOMENT:
        timer = threading.Timer(strike.seconds, _die)
        timer.daemon = True
        timer.start()
        return
    passings = count(1)

    def pass_by(point: str) -> None:
        if point == strike.point and next(passings) == strike.passing:
            _die()

    checkpoints.install(pass_by)


def _die(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
