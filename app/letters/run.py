"""One run of deliveries: its settings, what its workers share, what it did, and the letters by state after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from flask import current_app
from sqlalchemy import func, or_, select

from app.database import db
from app.extensions import settings
from app.letters.kinds import SIGN_IN
from app.letters.models import IN_TROUBLE, LEASED, WAITING, Letter, Mailing
from app.letters.refusals import RefusalStreak
from app.letters.restoration import IS_AWAITED
from app.letters.states import UNWANTED, Reason, State

SMALLEST_BATCH = 5
OVERRIDES = "DELIVERY_SETTINGS"  # in the application's config, for a harness that cannot wait for minutes

Now = Callable[[], datetime]
Stop = Callable[[], bool]
Progress = Callable[["RunReport"], None]


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """How letters are sent. `submit_lease` must outlast the slowest SMTP transaction that the time-outs allow.

    Time-outs are in seconds. `send_again` is the policy for a letter that may have left or not; with `relaxed` a commit
    does not wait for PostgreSQL's disk (SQLite's connections are relaxed themselves). A worker claims at most `batch`
    letters at a time.
    """

    connections: int = 1
    send_again: bool = True
    relaxed: bool = False
    batch: int = 50
    claim_lease: timedelta = timedelta(minutes=5)
    submit_lease: timedelta = timedelta(minutes=15)
    breaker_after: int = 5
    breaker_pause: timedelta = timedelta(seconds=30)
    command_timeout: float = 30
    answer_timeout: float = 300


@dataclass(slots=True)
class RunReport:
    """What one run did. `interrupted`: whether the letter left is unknown; `paused`: the breaker ended the run.

    `withheld` letters count as failed in the database; nobody is to do anything about them.
    """

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    withheld: int = 0
    interrupted: int = 0
    relay_errors: int = 0
    paused: bool = False

    def add(self, other: RunReport) -> None:
        """Add what `other` did."""
        self.sent += other.sent
        self.deferred += other.deferred
        self.failed += other.failed
        self.withheld += other.withheld
        self.interrupted += other.interrupted
        self.relay_errors += other.relay_errors
        self.paused = self.paused or other.paused

    def add_failure(self, reason: Reason) -> None:
        """Count a letter that will not leave."""
        if reason in UNWANTED:
            self.withheld += 1
        else:
            self.failed += 1

    def __str__(self) -> str:
        withheld = f", {self.withheld} withheld" if self.withheld else ""
        errors = f", {self.relay_errors} errors of the relay" if self.relay_errors else ""
        counts = f"{self.sent} sent, {self.deferred} deferred, {self.failed} failed, {self.interrupted} interrupted"
        return counts + withheld + errors

    @property
    def handled(self) -> int:
        """Letters that this run need not look at again."""
        return self.sent + self.deferred + self.failed + self.withheld

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong that a person should look at."""
        return not (self.failed or self.interrupted or self.relay_errors or self.paused)


class DeliveryRun:
    """What the workers of one run share: `due` letters at its start, and a `report` of what is committed so far."""

    def __init__(self, now: Now, stop: Stop = lambda: False, progress: Progress = lambda _report: None) -> None:
        self.now = now
        self.settings = get_delivery_settings()
        self.due = 0
        self.report = RunReport()
        self.relay_may_be_failing = True
        self.refusals = RefusalStreak()
        self._stop = stop
        self._progress = progress
        self._lock = Lock()

    @property
    def batch(self) -> int:
        """How many letters a worker claims now: fewer towards the end, so that all connections end together."""
        remaining = self.due - self.report.handled
        return min(self.settings.batch, max(SMALLEST_BATCH, remaining // self.settings.connections))

    @property
    def is_over(self) -> bool:
        """Whether no further letter is to be started."""
        return self._stop() or self.report.paused

    def add(self, change: RunReport) -> None:
        """Add what a worker has committed."""
        with self._lock:
            self.report.add(change)

    def show_progress(self) -> None:
        """Report what was done so far to the callback `progress`."""
        self._progress(self.report)


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """`sent` in this run; the others are the state after it. Letters that a worker has claimed count as queued."""

    sent: int
    deferred: int
    failed: int
    unknown: int
    queued: int
    run: RunReport


def get_delivery_settings() -> DeliverySettings:
    """Return the delivery settings that the configuration asks for."""
    config = settings()
    delivery = DeliverySettings(
        connections=config.connections,
        send_again=config.interrupted_letters == "at_least_once",
        relaxed=config.durability == "relaxed" and db.engine.dialect.name == "postgresql",
    )
    return replace(delivery, **current_app.config.get(OVERRIDES, {}))


def count_due(now: datetime) -> int:
    """Return how many letters are waiting and due."""
    paused = select(Mailing.id).where(Mailing.paused_at.is_not(None))
    due = select(func.count()).where(WAITING, Letter.due_at <= now, Letter.mailing_id.not_in(paused))
    due = due.where(or_(Letter.precedence == SIGN_IN, ~IS_AWAITED))
    return db.session.scalar(due) or 0


def count_after(run: RunReport) -> DeliveryCounts:
    """Return the counts after `run`. The letters that were sent, which only grow in number, are not read."""
    by_state: dict[State, int] = {}
    for condition in (WAITING, LEASED, IN_TROUBLE):
        query = select(Letter.state, func.count()).where(condition).group_by(Letter.state)
        by_state |= dict(db.session.execute(query).all())
    under_way = (State.QUEUED, State.CLAIMED, State.SUBMITTING)
    return DeliveryCounts(
        sent=run.sent,
        deferred=by_state.get(State.DEFERRED, 0),
        failed=by_state.get(State.FAILED, 0),
        unknown=by_state.get(State.UNKNOWN, 0),
        queued=sum(by_state.get(state, 0) for state in under_way),
        run=run,
    )
