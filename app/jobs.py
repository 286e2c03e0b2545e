"""The jobs: each asks the database what is due and not done.

Two job processes, a late start or a stop in the middle change nothing in what is done, since every job may run at any
time, twice at once, or late. `app.job_process` runs them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.audit.service import erase_old_entries
from app.bulletins.key_dates import purge_removed_dates
from app.bulletins.reminders import queue_due_reminders
from app.channels.service import tell_channels
from app.confidential.service import erase_expired_messages
from app.database import db
from app.desk.friday_note import queue_due_notes
from app.digests.service import issue_due
from app.drafts.service import purge_drafts
from app.failpoints import failpoint
from app.help_requests.monthly_list import queue_due_list
from app.help_requests.reminders import queue_due_call_reminders
from app.job_ticks.rules import Tick
from app.job_ticks.service import TickRecorder
from app.letters.bounces.service import read_bounce_mailbox
from app.letters.delivery import deliver_one_pass, queue_requested_letters
from app.letters.personal_data import erase_private_content
from app.letters.relay_status import RelayLog, find_trouble
from app.letters.restoration import find_restoration
from app.logs import FailureLog
from app.management.address_letters import erase_old_changes
from app.questionnaires.letters import queue_due_reminders as queue_questionnaire_reminders
from app.questionnaires.service import begin_day
from app.rate_limits.storage import purge_expired_counts
from app.readership.figures.store import store_due_figures
from app.readership.retention import erase_old_reading
from app.readership.writer_feedback import store_readers
from app.records.link_letters import erase_typed_addresses
from app.records.milestone_letters import queue_due_letters
from app.search.index import catch_up
from app.sharing.service import purge_ended_links
from app.sqlite_journal import fold_journal
from app.teams.bounce_notes import queue_due_notes as queue_bounce_notes
from app.teams.models import Promotion
from app.teams.sessions import purge_expired_sessions
from app.teams.sign_in import purge_expired_links

Stop = Callable[[], bool]

LETTERS = "letters"  # the name of the job

log = logging.getLogger(__name__)
failures = FailureLog(log)
ticks = TickRecorder()
relay_log = RelayLog(log)


@dataclass(frozen=True, slots=True)
class Job:
    """A function to call every `seconds`; it receives a `Stop` and returns early once that returns True."""

    name: str
    seconds: int
    run: Callable[[Stop], None]


def run_schedule(stop: Stop) -> None:
    """Queue what the promotions' timetables ask for now: reminders, digests, the Friday note, letters of a milestone.

    In a database that comes from a backup, all of that may have left before: nothing until a person has decided.
    """
    if find_restoration():
        return
    _for_each_promotion("schedule", _run_schedule, stop)


def refresh_figures(stop: Stop) -> None:
    """Store the reading figures that are due, and erase the read marks behind them once they have expired."""
    _for_each_promotion("figures", _refresh_figures, stop)


def _for_each_promotion(job: str, action: Callable[[Promotion, datetime], None], stop: Stop) -> None:
    """Call `action` for every promotion, as part of `job`; the failure of one does not stop the others."""
    now = clock.now()
    for promotion_id in db.session.scalars(select(Promotion.id).order_by(Promotion.id)).all():
        if stop():
            return
        what = f"{job} of promotion {promotion_id}"
        try:
            action(db.session.get_one(Promotion, promotion_id), now)
        except Exception as error:
            failures.failed(what, error, now)
        else:
            failures.succeeded(what, now)
        finally:
            db.session.rollback()  # what is done is committed; this releases the locks of the look-ups


def _run_schedule(promotion: Promotion, now: datetime) -> None:
    reminders = queue_due_reminders(promotion, now)
    if reminders:
        log.info("%s: %d reminders queued", promotion.slug, reminders)
    failpoint("ticking")
    for digest in issue_due(promotion, now):
        log.info("%s: digest of %s issued", promotion.slug, digest.week)
    failpoint("ticking")
    queue_due_notes(promotion, now)
    queue_due_call_reminders(promotion, now)
    queue_due_list(promotion, now)
    queue_questionnaire_reminders(promotion, now)
    asked = queue_due_letters(promotion, now)
    if asked:
        log.info("%s: %d letters about a milestone queued", promotion.slug, asked)


def _refresh_figures(promotion: Promotion, now: datetime) -> None:
    store_due_figures(promotion, now)
    store_readers(promotion, now)
    begin_day(promotion, now)
    if erase_old_reading(promotion, now):
        log.info("%s: what members read is erased, the figures stay", promotion.slug)


def queue_requests(_stop: Stop) -> None:
    """Queue the sign-in letters that were asked for; a job of its own, so that it waits for no letters under way."""
    queue_requested_letters(clock.now())


def send_letters(stop: Stop) -> None:
    """Send the letters that are due; called every second, so that a sign-in letter leaves within five."""
    report = deliver_one_pass(stop=stop, progress=lambda _report: _record_progress())
    if report.handled or report.interrupted:
        log.info("letters: %s", report)
    relay_log.observe(find_trouble(), clock.now())


def send_to_channels(stop: Stop) -> None:
    """Send to the chat channels what is due; a job of its own, so that no letter waits for a chat server.

    In a database that comes from a backup it may have been told before: nothing until a person has decided.
    """
    if find_restoration():
        return
    _for_each_promotion("channels", lambda promotion, now: _send_to_channels(promotion, now, stop), stop)


def _send_to_channels(promotion: Promotion, now: datetime, stop: Stop) -> None:
    if told := tell_channels(promotion, now, stop):
        log.info("%s: %d messages to chat channels sent", promotion.slug, told)


def _record_progress() -> None:
    """Show in a run of many letters that it goes on; a database that takes no tick stops no letter."""
    with suppress(SQLAlchemyError):
        ticks.record(Tick(LETTERS, 1, clock.now(), failures.failing_since(LETTERS)))


def read_bounces(stop: Stop) -> None:
    """Read what came back into the mailbox that the settings name, if any; tell the coordination what it must know."""
    counts = read_bounce_mailbox(clock.now(), stop)
    if counts.suppressed or counts.noted or counts.complaints or counts.unreadable:
        log.info(
            "bounces: %d addresses suppressed, %d other failures noted, %d complaints, %d mails unreadable",
            counts.suppressed,
            counts.noted,
            counts.complaints,
            counts.unreadable,
        )
    queue_bounce_notes(clock.now())


def purge_expired(_stop: Stop) -> None:
    """Erase what has expired: links, sessions, counts, private letters, confidential words, drafts, typed addresses,
    removed key dates, links to stories, entries of the audit log, changes of addresses.

    Then fold SQLite's journal into its file, so that a copy of that file alone is a few minutes behind at most.
    """
    now = clock.now()
    purge_expired_links(now)
    purge_expired_sessions(now)
    purge_expired_counts(now)
    erase_private_content(now)
    erase_expired_messages(now)
    purge_drafts(now)
    purge_removed_dates(now)
    purge_ended_links(now)
    erase_typed_addresses(now)
    erase_old_entries(now)
    erase_old_changes(now)
    fold_journal(db.engine)


def complete_search(_stop: Stop) -> None:
    """Index what the search page would not find: everything after some upgrades, what bulk statements wrote."""
    if catch_up():
        log.info("search: the index is complete again")


JOBS = (
    Job("schedule", 5, run_schedule),
    Job("requests", 1, queue_requests),
    Job(LETTERS, 1, send_letters),
    Job("channels", 15, send_to_channels),
    Job("figures", 60, refresh_figures),
    Job("bounces", 300, read_bounces),
    Job("search", 60, complete_search),
    Job("purge", 300, purge_expired),
)
