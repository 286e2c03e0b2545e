"""Refusals that may be about us: while the relay accepts nothing, they are not held against their letters.

« 554 5.7.1 Relay access denied » to every recipient of an edition is one fault of the relay, or of our settings.
"""

from __future__ import annotations

from threading import Lock

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from app.letters import relay_status
from app.letters.models import Letter
from app.letters.retry_policy import SEVERAL, Outcome, give_benefit_of_doubt, kind_of_refusal
from app.letters.states import State


class RefusalStreak:
    """How many refusals of one kind have come in a row, over all workers of a run."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kind: str | None = None
        self._number = 0

    def count(self, kind: str | None) -> int:
        """Count one of `kind`, which may end another row; None ends any. Return how many in a row by now."""
        with self._lock:
            self._number = self._number + 1 if kind == self._kind else 1
            self._kind = kind
            return self._number


def weigh(connection: Connection, streak: RefusalStreak, letter_id: int, outcome: Outcome) -> Outcome:
    """Return the outcome of an attempt as it is to be recorded; it changes only while nothing is accepted."""
    kind = kind_of_refusal(outcome)
    if kind and _has_accepted_since(connection, letter_id):
        kind = None
    in_a_row = streak.count(kind)
    if kind is None:
        return outcome
    known = relay_status.is_failing_with(connection, outcome.reply, after=SEVERAL)
    return give_benefit_of_doubt(outcome, SEVERAL if known else in_a_row)


def _has_accepted_since(connection: Connection, letter_id: int) -> bool:
    """Return whether the relay has accepted any letter since this one was queued."""
    queued_at = select(Letter.created_at).where(Letter.id == letter_id).scalar_subquery()
    accepted = exists().where(Letter.state == State.SENT, Letter.sent_at >= queued_at)
    return bool(connection.scalar(select(accepted)))
