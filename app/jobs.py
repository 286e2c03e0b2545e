"""The timetable of jobs: a tick that asks what is due and not done. The truth is in the database.

APScheduler runs each job at an interval and nothing more: two job processes, a late start or a stop in the middle
change nothing in what is done, since every job may run at any time, twice at once, or late.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

import click
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, current_app
from sqlalchemy import select

from app import clock
from app.bulletins.reminders import queue_due_reminders
from app.confidential.service import erase_old_words
from app.database import db
from app.digests.service import issue_due
from app.engagement.friday_note import queue_due_notes
from app.failpoints import failpoint
from app.letters.bounces import read_bounce_mailbox
from app.letters.personal_data import forget_private_content
from app.letters.worker import deliver_one_pass
from app.log import write_log
from app.readership.keeping import keep_figures
from app.readership.retention import erase_old_reading
from app.readership.thanks import thank_writers
from app.teams.models import Promotion
from app.teams.sign_in import forget_links

STOPS = (signal.SIGTERM, signal.SIGINT)
Stop = Callable[[], bool]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to ask for every so many seconds; `run` is told how to learn that it should stop early."""

    name: str
    seconds: int
    run: Callable[[Stop], None]


def follow_weeks(stop: Stop) -> None:
    """Queue what the timetables ask for now: reminders, digests, notes."""
    _each_promotion(_follow, stop)


def count_readers(stop: Stop) -> None:
    """Keep the figures of reading, and erase what they were made of when its time has come."""
    _each_promotion(_count, stop)


def _each_promotion(do: Callable[[Promotion, datetime], None], stop: Stop) -> None:
    """One promotion's trouble is not another's."""
    now = clock.now()
    for promotion_id in db.session.scalars(select(Promotion.id).order_by(Promotion.id)).all():
        if stop():
            return
        try:
            do(db.session.get_one(Promotion, promotion_id), now)
        except Exception:
            log.exception("promotion %s: %s went wrong; tried again at the next tick", promotion_id, do.__name__)
        finally:
            db.session.rollback()  # what is done is committed; a lock taken to look is given back


def _count(promotion: Promotion, now: datetime) -> None:
    keep_figures(promotion, now)
    thank_writers(promotion, now)
    if erase_old_reading(promotion, now):
        log.info("%s: what members read is erased, the figures stay", promotion.slug)


def _follow(promotion: Promotion, now: datetime) -> None:
    reminders = queue_due_reminders(promotion, now)
    if reminders:
        log.info("%s: %d reminders queued", promotion.slug, reminders)
    failpoint("ticking")
    for digest in issue_due(promotion, now):
        log.info("%s: digest of %s issued", promotion.slug, digest.week)
    failpoint("ticking")
    queue_due_notes(promotion, now)


def send_letters(stop: Stop) -> None:
    """Send what is due; every second, so that a sign-in letter leaves within five."""
    deliver_one_pass(stop=stop)


def read_bounces(_stop: Stop) -> None:
    """Read the bounces that have come back, where the settings name their mailbox."""
    reading = read_bounce_mailbox(clock.now())
    if reading.suppressed or reading.noted:
        log.info("bounces: %d addresses suppressed, %d other failures noted", reading.suppressed, reading.noted)


def forget(_stop: Stop) -> None:
    """Erase what was kept long enough: what private letters said, confidential words, old sign-in links."""
    now = clock.now()
    forget_links(now)
    forget_private_content(now)
    erase_old_words(now)


JOBS = (
    Job("weeks", 5, follow_weeks),
    Job("letters", 1, send_letters),
    Job("reading", 60, count_readers),
    Job("bounces", 300, read_bounces),
    Job("forgetting", 300, forget),
)


@click.command("timetable")
def timetable() -> None:
    """Run the job process: issues digests, queues reminders, sends letters. Stop it with Ctrl-C or SIGTERM."""
    write_log()
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns each time a job is still at work
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)  # before any thread begins: only `sigwait` sees them
    stopping = Event()
    scheduler = make_scheduler(current_app._get_current_object(), stopping.is_set)  # type: ignore[attr-defined]
    scheduler.start()
    click.echo("The timetable is running. Ctrl-C stops it.")
    signal.sigwait(STOPS)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)  # a second Ctrl-C does not wait for the letter in hand
    stopping.set()
    scheduler.shutdown(wait=True)
    click.echo("The timetable has stopped.")


def make_scheduler(app: Flask, stop: Stop) -> BackgroundScheduler:
    """A scheduler that runs each of JOBS at its interval, once it is started."""
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for job in JOBS:
        scheduler.add_job(_in_context(app, job, stop), "interval", seconds=job.seconds, id=job.name)
    return scheduler


def _in_context(app: Flask, job: Job, stop: Stop) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            try:
                job.run(stop)
            except Exception:
                log.exception("the job %r failed; it is tried again in %d s", job.name, job.seconds)

    return run


def register_commands(app: Flask) -> None:
    """Add this room's command."""
    app.cli.add_command(timetable)
