"""The process that runs the jobs: APScheduler calls each at its interval, and nothing more."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from datetime import UTC
from threading import Event

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app import clock, jobs
from app.database import db
from app.database_errors import find_advice, is_outdated
from app.job_ticks.rules import Tick
from app.jobs import Job, Stop, failures
from app.logs import DATABASE, configure_logging
from app.management.first_run import make_setup_link
from app.routing import public_url
from app.teams.models import Promotion

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)

log = logging.getLogger(__name__)


@click.command("timetable")
@pass_script_info
def timetable(info: ScriptInfo) -> None:
    """Run the job process: issues digests, queues reminders, sends letters. Stop it with Ctrl-C or SIGTERM."""
    configure_logging(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns each time a job is still at work
    app = info.load_app()
    with app.app_context():
        check_database()
        show_setup_link()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)  # before any thread begins: only `sigwait` sees them
    stopping = Event()
    scheduler = make_scheduler(app, stopping.is_set)
    scheduler.start()
    click.echo("The timetable is running. Ctrl-C stops it.")
    signal.sigwait(STOP_SIGNALS)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)  # a second Ctrl-C does not wait for the letter in hand
    stopping.set()
    scheduler.shutdown(wait=True)
    click.echo("The timetable has stopped.")


def show_setup_link() -> None:
    """On a site where nobody coordinates anything yet, print the link by which somebody begins in a browser."""
    try:
        secret = make_setup_link(clock.now())
    except DBAPIError:
        return  # it is away: `check_database` has said so
    if secret:
        click.echo("Nobody coordinates this site yet. Begin here, once (another start prints another link):")
        click.echo(f"  {public_url('first_run.start', secret=secret)}")


def check_database() -> None:
    """Log that the database is away; it may come back. Raises DBAPIError when it has not our tables."""
    try:
        db.session.execute(select(Promotion).limit(1))
    except DBAPIError as error:
        if is_outdated(error):
            raise
        log.warning(find_advice(error))


def make_scheduler(app: Flask, stop: Stop) -> BackgroundScheduler:
    """Make a scheduler, not yet started, that runs each of `jobs.JOBS` in the context of `app`.

    At once, then at its interval: or a job that runs seldom would seem silent for minutes after each restart.
    """
    at_once = clock.unshifted_now()
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for job in jobs.JOBS:
        scheduler.add_job(
            _in_context(app, job, stop), "interval", seconds=job.seconds, id=job.name, next_run_time=at_once
        )
    return scheduler


def _in_context(app: Flask, job: Job, stop: Stop) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            try:
                _run(job, stop)
            except Exception as error:
                failures.failed(job.name, error, clock.now())

    return run


def _run(job: Job, stop: Stop) -> None:
    """Run the job, and record that it has run, well or not. Raises what a database that takes no tick raises."""
    failed_since = None
    try:
        job.run(stop)
    except Exception as error:
        db.session.rollback()
        failures.failed(job.name, error, clock.now())
        failed_since = failures.failing_since(DATABASE)
    else:
        db.session.rollback()  # a look-up left open would keep the tick, which has its own connection, out of SQLite
        failures.succeeded(job.name, clock.now())
    since, outage = failures.failing_since(job.name) or failed_since, failures.failing_since(DATABASE) is not None
    recorded = jobs.ticks.record(Tick(job.name, job.seconds, clock.now(), since), at_once=outage)
    if recorded and outage and not failed_since:
        failures.succeeded(DATABASE, clock.now())


def register_commands(app: Flask) -> None:
    """Add `flask timetable`."""
    app.cli.add_command(timetable)
