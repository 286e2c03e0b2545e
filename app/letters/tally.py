"""What a run of deliveries did, and how the letters stand after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.database import db
from app.letters.models import IN_TROUBLE, LEASED, WAITING, Letter, Mailing
from app.letters.states import State


@dataclass(slots=True)
class Tally:
    """What one run did. `interrupted`: nobody knew whether the letter had left; `paused`: the breaker ended the run."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    interrupted: int = 0
    relay_errors: int = 0
    paused: bool = False

    def add(self, other: Tally) -> None:
        """Count what `other` did, too."""
        self.sent += other.sent
        self.deferred += other.deferred
        self.failed += other.failed
        self.interrupted += other.interrupted
        self.relay_errors += other.relay_errors
        self.paused = self.paused or other.paused

    @property
    def settled(self) -> int:
        """Letters that this run need not look at again."""
        return self.sent + self.deferred + self.failed

    @property
    def clean(self) -> bool:
        """Whether nothing went wrong that somebody should look at."""
        return not (self.failed or self.interrupted or self.relay_errors or self.paused)


@dataclass(frozen=True, slots=True)
class Counts:
    """`sent` in this run; the others as they stand after it. Letters in a worker's hands count as queued."""

    sent: int
    deferred: int
    failed: int
    unknown: int
    queued: int
    run: Tally


def count_due(now: datetime) -> int:
    """How many letters are waiting and due."""
    paused = select(Mailing.id).where(Mailing.paused_at.is_not(None))
    due = select(func.count()).where(WAITING, Letter.due_at <= now, Letter.mailing_id.not_in(paused))
    return db.session.scalar(due) or 0


def count_after(run: Tally) -> Counts:
    """The counts after `run`, from the letters that are not sent: the sent ones, which only grow, are not read."""
    by_state: dict[State, int] = {}
    for condition in (WAITING, LEASED, IN_TROUBLE):
        query = select(Letter.state, func.count()).where(condition).group_by(Letter.state)
        by_state |= dict(db.session.execute(query).all())
    under_way = (State.QUEUED, State.CLAIMED, State.SUBMITTING)
    return Counts(
        sent=run.sent,
        deferred=by_state.get(State.DEFERRED, 0),
        failed=by_state.get(State.FAILED, 0),
        unknown=by_state.get(State.UNKNOWN, 0),
        queued=sum(by_state.get(state, 0) for state in under_way),
        run=run,
    )
