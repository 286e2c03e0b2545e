"""One worker of a delivery: claim letters, commit `submitting`, send, commit the outcome. Any number may work at once.

It has a connection to the relay, a thread, a session and claimed letters of its own. The outcome of one letter and the
`submitting` of the next are one transaction: one flush to the disk a letter. This use case commits.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from app.database import DATABASE_ERRORS, db
from app.extensions import settings
from app.failpoints import failpoint
from app.letters import relay_status
from app.letters.kinds import UnsubscribedError, WithheldError
from app.letters.leases import ClaimedLetter, ClaimedQueue, release, release_expired_claims, start, unique_worker_name
from app.letters.message import BadEmailError, OutgoingMessage, domain_of
from app.letters.message_builder import MessageBuilder, PreparedMailing
from app.letters.recording import (
    fail_perished,
    put_back,
    record_failure,
    record_interruptions,
    record_outcome,
)
from app.letters.refusals import weigh
from app.letters.retry_policy import Outcome, Verdict
from app.letters.run import DeliveryRun, RunReport
from app.letters.states import Reason, State
from app.letters.transport import make_transport

RETRY_SECONDS = (0.2, 1, 5, 15)  # for what the database does not accept: a lock, a full disk

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempted:
    """A letter that was offered to the relay, and what came of it; not yet recorded."""

    letter: ClaimedLetter
    outcome: Outcome


class DeliveryWorker:
    """Sends letters over one connection; used by one thread, whose `db.session` is its transaction.

    Rows that a kind writes while its letter is built are committed with the letter.
    """

    def __init__(self, run: DeliveryRun, name: str | None = None) -> None:
        config, delivery = settings(), run.settings
        self.name = name or unique_worker_name()
        self.queue = ClaimedQueue(self.name, delivery.claim_lease)
        self._run = run
        self._builder = MessageBuilder(config.mail_from, config.secret_key)
        self._transport = make_transport(
            config.smtp_url,
            helo=domain_of(config.mail_from),
            command_timeout=delivery.command_timeout,
            answer_timeout=delivery.answer_timeout,
        )

    def expire_overdue(self) -> None:
        """End the leases of workers that disappeared, and fail the perishable letters whose time is over."""
        change = RunReport()
        with self._transaction() as connection:
            self._expire(connection, change)
        self._run.add(change)

    def open(self) -> bool:
        """Connect to the relay; return whether that worked. A failure is recorded and costs no letter an attempt."""
        fault = self._transport.open()
        if fault:
            change = RunReport()
            with self._transaction() as connection:
                self._record_relay(connection, fault, change)
            self._run.add(change)
        return fault is None

    def send_all(self) -> None:
        """Send letter after letter until nothing is due or the run is over; the letter being sent is finished."""
        attempted = None
        try:
            while True:
                start_next = not self._run.is_over
                started = self.step(attempted, start_next=start_next)
                if started is None and (self.queue.exhausted or not start_next):
                    return
                attempted = self._send(*started) if started else None
        finally:
            self._transport.close()
            self.release()

    def step(
        self, attempted: Attempted | None, *, start_next: bool = True
    ) -> tuple[ClaimedLetter, OutgoingMessage] | None:
        """Record what came of one letter and start the next, both committed when this returns.

        May start none though the queue is not exhausted. Raises one of DATABASE_ERRORS.
        """
        try:
            return self._step(attempted, start_next=start_next)
        except DATABASE_ERRORS:
            self.queue.clear()
            self._run.relay_may_be_failing = True  # whatever was written about it is rolled back
            if attempted is None:
                raise
            log.exception("the outcome of letter %d was not recorded; trying again", attempted.letter.id)
        _retry(partial(self._step, attempted, start_next=False))
        self.release()
        return None

    def release(self) -> None:
        """Give back what was claimed and not started: nobody else can send it before the lease ends."""
        try:
            self._release()
        except DATABASE_ERRORS:
            _retry(self._release)

    def _release(self) -> None:
        with self._transaction() as connection:
            release(connection, self.name)

    def _send(self, letter: ClaimedLetter, message: OutgoingMessage) -> Attempted:
        outcome = self._transport.send(message)
        failpoint("answered")
        return Attempted(letter, outcome)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Commit at the end, roll back when anything is raised."""
        try:
            connection = db.session.connection()
            if self._run.settings.relaxed:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise

    def _step(self, attempted: Attempted | None, *, start_next: bool) -> tuple[ClaimedLetter, OutgoingMessage] | None:
        """Do one step in one transaction. An outcome that blames the relay starts nothing: the run may pause."""
        change, started = RunReport(), None
        with self._transaction() as connection:
            if attempted:
                outcome = weigh(connection, self._run.refusals, attempted.letter, attempted.outcome)
                attempted = replace(attempted, outcome=outcome)
                self._record(connection, attempted, change)
            if start_next and not (attempted and attempted.outcome.blames_relay):
                started = self._start_next(connection, change)
        self._run.add(change)
        self._run.show_progress()
        failpoint("claimed")
        return started

    def _start_next(self, connection: Connection, change: RunReport) -> tuple[ClaimedLetter, OutgoingMessage] | None:
        """Start the first claimed letter that may leave; claim a batch when none is left."""
        if not self.queue:
            self._expire(connection, change)
            self.queue.refill(connection, self._run.now(), self._run.batch)
        while self.queue:
            letter = self.queue.pop()
            if message := self._start(connection, letter, change):
                return letter, message
        return None

    def _start(self, connection: Connection, letter: ClaimedLetter, change: RunReport) -> OutgoingMessage | None:
        """Start a letter and build its message; one that cannot leave fails alone or waits again: None then."""
        started = False
        try:
            mailing = self._builder.prepare(connection, letter.mailing_id)
            started = self._may_leave(connection, letter, mailing, change)
            return self._builder.build(letter, mailing) if started else None
        except DBAPIError:  # not the letter's fault: the transaction is over
            raise
        except Exception as error:
            reason, detail = _explain(error, letter)
            now = self._run.now()
            if record_failure(connection, letter, self.name, now, reason=reason, detail=detail, started=started):
                change.add_failure(reason)
            return None

    def _may_leave(
        self, connection: Connection, letter: ClaimedLetter, mailing: PreparedMailing, change: RunReport
    ) -> bool:
        """Return whether the letter was started. One that was not is in the queue again, or put back, or has failed."""
        now, lease = self._run.now(), self._run.settings.submit_lease
        conditions, parameters = mailing.kind.hold_conditions, mailing.hold_parameters(letter)
        start_it = partial(
            start,
            connection,
            letter,
            self.name,
            now,
            lease=lease,
            revision=mailing.revision,
            conditions=conditions,
            parameters=parameters,
        )
        if start_it():
            return True
        # It did not start: something more urgent is due, or a condition holds it, or its mailing was rewritten, or it
        # is not ours any more.
        self._builder.forget_rewritten(connection)
        if self.queue.claim_more_urgent(connection, letter, now, self._run.batch):
            return False
        if start_it(even_if_urgent_wait=True):  # other workers have the more urgent ones
            return True
        if reason := put_back(connection, letter, self.name, now, conditions, parameters):
            change.add_failure(reason)
        return False

    def _record(self, connection: Connection, attempted: Attempted, change: RunReport) -> None:
        outcome, send_again = attempted.outcome, self._run.settings.send_again
        transition = record_outcome(
            connection, attempted.letter, self.name, outcome, self._run.now(), send_again=send_again
        )
        if transition:
            change.sent += transition.state is State.SENT
            change.deferred += transition.state is State.DEFERRED
            change.failed += transition.state is State.FAILED
            change.interrupted += outcome.verdict is Verdict.UNKNOWN
        self._record_relay(connection, outcome, change)

    def _record_relay(self, connection: Connection, outcome: Outcome, change: RunReport) -> None:
        delivery = self._run.settings
        if outcome.blames_relay:
            change.relay_errors += 1
            change.paused = relay_status.record_error(
                connection, self._run.now(), outcome.reply, after=delivery.breaker_after, pause=delivery.breaker_pause
            )
            # Not before: the relay's row is locked now, so that no other worker sets it to False meanwhile.
            self._run.relay_may_be_failing = True
        elif self._run.relay_may_be_failing and not outcome.doubtful:  # even a refused recipient is an answer
            relay_status.record_success(connection)
            self._run.relay_may_be_failing = False

    def _expire(self, connection: Connection, change: RunReport) -> None:
        now, send_again = self._run.now(), self._run.settings.send_again
        release_expired_claims(connection, self.name, now)
        change.interrupted += record_interruptions(connection, self.name, now, send_again=send_again)
        change.failed += fail_perished(connection, now)


def _retry(action: Callable[[], object]) -> None:
    """Retry what the database has refused: a letter that left must not end as `unknown`. Raises the last refusal."""
    for attempt, seconds in enumerate(RETRY_SECONDS, start=1):
        time.sleep(seconds)
        try:
            action()
            return
        except DATABASE_ERRORS:
            if attempt == len(RETRY_SECONDS):
                raise


def _explain(error: Exception, letter: ClaimedLetter) -> tuple[Reason, str]:
    match error:
        case BadEmailError():
            return Reason.BAD_ADDRESS, str(error)
        case WithheldError():
            return Reason.WITHHELD, str(error)
        case UnsubscribedError():
            return Reason.UNSUBSCRIBED, ""
    log.error("no message could be built for letter %d", letter.id, exc_info=error)
    return Reason.UNREADABLE, f"{type(error).__name__}: {error}"
