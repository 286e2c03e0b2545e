"""The writing of a run of deliveries: each turn is one transaction, which concludes tries and begins the next ones.

A letter's `submitting` is committed before its courier gets it, its outcome after the relay has answered. Concluding
one letter and beginning the next share a commit: one flush to the disk a letter instead of two, for the same promise.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from app.failpoints import failpoint
from app.letters.beginning import Draft, Starter
from app.letters.claims import is_any_due, release
from app.letters.conclusions import Conclusion, start_to_conclude
from app.letters.couriers import Done, Task
from app.letters.desk import Desk
from app.letters.expiry import expire
from app.letters.outcomes import Outcome, Verdict
from app.letters.pile import Pile
from app.letters.relay_status import note_error, note_success
from app.letters.run import Run
from app.letters.states import State
from app.letters.stencils import Stencils
from app.letters.tally import Tally
from app.ready import commit_with, together

RETRY_SECONDS = (0.2, 1, 5, 15)  # for an outcome that the database will not take: a lock, a full disk

log = logging.getLogger(__name__)


class Clerk:
    """Concludes and begins letters for one worker; `tally` says what was done and committed so far."""

    def __init__(self, run: Run, desk: Desk, stencils: Stencils) -> None:
        self._run = run
        self._desk = desk
        self._pile = Pile(run)
        self._starter = Starter(run, self._pile, stencils)
        self._relay_may_be_failing = True
        self.tally = Tally()

    @property
    def exhausted(self) -> bool:
        """Whether nothing more was due at the last look."""
        return self._pile.exhausted

    def take_stock(self) -> bool:
        """Settle what is overdue; whether any letter is due."""
        change = Tally()
        with self._desk.transaction() as connection:
            self._expire(connection, change)
            due = is_any_due(connection, self._run.now())
        self.tally.add(change)
        return due

    def turn(self, done: Sequence[Done], wanted: int) -> list[Task]:
        """Write what came of the tasks `done` and begin up to `wanted` letters, all committed when this returns.

        May begin fewer, even none, and not be exhausted. Raises OperationalError when the database takes nothing.
        """
        try:
            return self._turn(done, wanted)
        except OperationalError:
            self._pile.forget()
            if not done:
                raise
            log.exception("the database did not take what came of %d letters; trying again", len(done))
        self._insist(done)
        self.leave()
        return []

    def make_ahead(self, wanted: int) -> None:
        """Make up to `wanted` letters that will probably begin next; asks nothing of the database."""
        self._starter.make_ahead(wanted)

    def blame(self, fault: Outcome) -> None:
        """Remember that the relay could not be reached; no letter has a part in it."""
        change = Tally()
        with self._desk.transaction() as connection:
            self._note_relay(connection, fault, change)
        self.tally.add(change)

    def leave(self) -> None:
        """Give back what was claimed and not begun."""
        with self._desk.transaction() as connection:
            release(connection, self._run.worker)

    def _turn(self, done: Sequence[Done], wanted: int) -> list[Task]:
        change = Tally()
        with self._desk.transaction() as connection:
            tasks = self._conclude_and_begin(connection, done, wanted, change)
            if len(tasks) < wanted and not change.paused:
                self._refill(connection, change)
                tasks += self._conclude_and_begin(connection, [], wanted - len(tasks), change)
        self.tally.add(change)
        failpoint("claimed")
        return tasks

    def _conclude_and_begin(
        self, connection: Connection, done: Sequence[Done], wanted: int, change: Tally
    ) -> list[Task]:
        """Both in one go, but nothing begins while the relay is to blame for something: the run may have to pause."""
        run, now = self._run, self._run.now()
        if any(outcome.blames_relay for _task, outcome in done):
            wanted = 0
        drafts = self._starter.take(connection, wanted)
        with together(connection):
            conclusions = [
                start_to_conclude(connection, task.letter, run.worker, outcome, now, send_again=run.terms.send_again)
                for task, outcome in done
            ]
            beginnings = self._starter.start(connection, drafts)
            if len(drafts) == wanted and self._is_plain(done, drafts):
                commit_with(connection)
        for conclusion in conclusions:
            self._count(connection, conclusion, change)
        return self._starter.make_tasks(connection, beginnings, change)

    def _is_plain(self, done: Sequence[Done], drafts: Sequence[Draft]) -> bool:
        """Whether nothing else will have to be written with this: every letter was accepted, every draft is made."""
        accepted = all(outcome.verdict is Verdict.ACCEPTED for _task, outcome in done)
        return accepted and not self._relay_may_be_failing and all(draft.is_made for draft in drafts)

    def _refill(self, connection: Connection, change: Tally) -> None:
        if not self._pile:
            self._expire(connection, change)
            self._pile.refill(connection)

    def _insist(self, done: Sequence[Done]) -> None:
        """Write outcomes that the database refused: a letter that left must not look as if nobody knew."""
        for attempt, seconds in enumerate(RETRY_SECONDS, start=1):
            time.sleep(seconds)
            try:
                self._turn(done, 0)
                return
            except OperationalError:
                if attempt == len(RETRY_SECONDS):
                    raise

    def _count(self, connection: Connection, conclusion: Conclusion, change: Tally) -> None:
        outcome = conclusion.outcome
        if settlement := conclusion.finish(connection):
            change.sent += settlement.state is State.SENT
            change.deferred += settlement.state is State.DEFERRED
            change.failed += settlement.state is State.FAILED
            change.interrupted += outcome.verdict is Verdict.UNKNOWN
        self._note_relay(connection, outcome, change)

    def _note_relay(self, connection: Connection, outcome: Outcome, change: Tally) -> None:
        if outcome.blames_relay:
            self._relay_may_be_failing = True
            change.relay_errors += 1
            terms, text = self._run.terms, f"{outcome.code or ''} {outcome.text}".strip()
            if note_error(connection, self._run.now(), text, after=terms.breaker_after, pause=terms.breaker_pause):
                change.paused = True
        elif self._relay_may_be_failing:  # even a refused recipient is an answer
            note_success(connection)
            self._relay_may_be_failing = False

    def _expire(self, connection: Connection, change: Tally) -> None:
        run = self._run
        interrupted, perished = expire(connection, run.worker, run.now(), send_again=run.terms.send_again)
        change.interrupted += interrupted
        change.failed += perished
