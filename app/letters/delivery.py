"""Delivery of all that is due, by one worker a connection to the relay, each in a thread of its own. Commits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from flask import current_app
from flask.ctx import AppContext

from app import clock
from app.database import db
from app.letters import relay_status
from app.letters.kinds import registered
from app.letters.run import DeliveryCounts, DeliveryRun, Now, Progress, RunReport, Stop, count_after, count_due
from app.letters.worker import DeliveryWorker


def deliver(
    now: Now = clock.now, stop: Stop = lambda: False, progress: Progress = lambda _report: None
) -> DeliveryCounts:
    """Queue what was asked for, send all that is due, and count; tries the relay though the circuit breaker is open.

    `now` returns the moment; `stop`, asked before each letter, ends the run after those being sent; `progress` is
    called after each letter with what was done so far. Raises one of DATABASE_ERRORS.
    """
    queue_requested_letters(now())
    counts = count_after(_run(DeliveryRun(now, stop, progress)))
    db.session.commit()
    return counts


def queue_requested_letters(now: datetime) -> int:
    """Queue the letters that were asked for and that only we may look up, of every kind; return how many."""
    return sum(kind.queue_requested(now) for kind in registered())


def deliver_one_pass(
    now: Now = clock.now, stop: Stop = lambda: False, progress: Progress = lambda _report: None
) -> RunReport:
    """Send all that is due, for the job process: sends nothing while the circuit breaker is open."""
    paused = relay_status.is_paused(db.session.connection(), now())
    db.session.commit()
    return _run(DeliveryRun(now, stop, progress), relay_paused=paused)


def _run(run: DeliveryRun, *, relay_paused: bool = False) -> RunReport:
    """Connect one worker before any letter depends on the relay, then start others beside it, at most one a letter."""
    db.session.commit()
    first = DeliveryWorker(run)
    first.expire_overdue()
    due = count_due(run.now())
    db.session.commit()
    if due and not relay_paused and first.open():
        run.due, connections = due, min(run.settings.connections, due)
        with ThreadPoolExecutor(connections) as pool:
            others = [pool.submit(_send_beside, run, current_app.app_context()) for _ in range(connections - 1)]
            first.send_all()
        for other in others:
            other.result()  # raises what the thread has raised
    return run.report


def _send_beside(run: DeliveryRun, context: AppContext) -> None:
    with context:
        worker = DeliveryWorker(run)
        if worker.open():
            worker.send_all()
