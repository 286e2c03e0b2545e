"""One scenario: a digest is issued and sent under fire, round after round, until no letter has anything to wait for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import NullPool, create_engine

from tests.crash.accounting import make_account
from tests.crash.faulty_relay import Faults, FaultyRelay
from tests.crash.plan import DELIVER, TIMETABLE, Plan, Result, kill_points_of
from tests.crash.processes import Processes
from tests.crash.promotion import DUE, WEEK, make_written_week
from tests.crash.rows import Rows
from tests.crash.worker import ProcessSettings

ROUNDS = 100  # after so many, what is not done counts as lost
TOGETHER = timedelta(minutes=5)  # a clock moved to a moment is moved on by this, to gather what comes soon after it
SHORT, LONG = 1, 30  # seconds to wait for a relay that falls silent, and for one that is only slow on a busy machine
NOTE_AFTER = timedelta(minutes=10)


def run(plan: Plan, url: str, folder: Path) -> Result:
    """Run the scenario on the empty database at `url`."""
    with prepare(plan, url, folder) as scenario:
        scenario.issue()
        scenario.finish()
        return scenario.result()


@contextmanager
def prepare(plan: Plan, url: str, folder: Path) -> Iterator[Scenario]:
    """A scenario about to begin on the empty database at `url`, two seconds before the digest is due."""
    chance = Random(plan.seed)
    make_written_week(url, plan.members)
    rows = Rows(create_engine(url, poolclass=NullPool))
    with FaultyRelay(Faults(chance, plan.share), pipelining=plan.pipelining) as relay:
        patience = SHORT if plan.share else LONG
        settings = ProcessSettings(url, relay.url, str(folder / "processes.log"), patience=patience)
        processes = Processes(settings, kill_points_of(plan, chance), chance)
        processes.set_clock(DUE - timedelta(seconds=2))
        try:
            yield Scenario(plan, processes, rows, relay)
        finally:
            processes.end()


class Scenario:
    """The rounds of a scenario. The clock moves between rounds only, when no process is at work."""

    def __init__(self, plan: Plan, processes: Processes, rows: Rows, relay: FaultyRelay) -> None:
        self.plan = plan
        self.processes = processes
        self.rows = rows
        self.relay = relay
        self._rounds = 0
        self._begun = monotonic()

    def issue(self) -> None:
        """By command, killed in the freeze; the job processes do it themselves."""
        if self.plan.command == DELIVER:
            self.processes.work("digest", "issue", "--week", WEEK.label)

    def round(self) -> None:
        """Do all that is due by the clock of the processes."""
        self._rounds += 1
        over = self.is_quiet if self.plan.command == TIMETABLE else None
        self.processes.work(self.plan.command, processes=self.plan.processes, over=over)

    def finish(self) -> None:
        """Round after round, until there is nothing left to do."""
        self.round()
        while self._move_on() and self._rounds < ROUNDS:
            self.round()

    def is_quiet(self, alive: set[int]) -> bool:
        """Whether the job processes of those ids have nothing to do."""
        return self._is_issued() and self.rows.is_quiet(self.processes.now, alive)

    def result(self) -> Result:
        """What it came to."""
        due = self.plan.members + self.rows.is_note_posted()
        account = make_account(due, self.rows.letters(), self.relay.receipts, self.relay.refused)
        seconds, done = monotonic() - self._begun, self.relay.faults.done
        return Result(self.plan, account, self.processes.kills, done, self.rows.digests(), self._rounds, seconds)

    def _is_issued(self) -> bool:
        """Whether the digest is issued, and the note once its moment has come."""
        issued_at = self.rows.issued_at()
        if issued_at is None:
            return False
        return self.processes.now < issued_at + NOTE_AFTER or self.rows.is_note_posted()

    def _move_on(self) -> bool:
        """Move the clock to when something can be done; False when there is nothing left."""
        moments, issued_at = self.rows.moments(), self.rows.issued_at()
        if self.plan.command == TIMETABLE and issued_at and not self.rows.is_note_posted():
            moments.append(issued_at + NOTE_AFTER)
        if not moments:
            return False
        moment = min(moments)
        if self.plan.command == TIMETABLE:
            moment = max(moment, self.rows.paused_until() or moment)
        self.processes.set_clock(max(moment + TOGETHER, self.processes.now))
        return True
