"""Refusals that may be about us: several in a row, or any while the relay accepts nothing, fail no letter.

« 554 5.7.1 Relay access denied » to every recipient of an edition is one fault of the relay, or of our settings; the
same to all after the thirtieth is a quota. One among letters that are accepted is about its recipient, and is asked
for once more before it is believed.
"""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from app.letters import relay_status
from app.letters.leases import ClaimedLetter
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


def weigh(connection: Connection, streak: RefusalStreak, letter: ClaimedLetter, outcome: Outcome) -> Outcome:
    """Return the outcome of an attempt as it is to be recorded: a refusal that may be about us costs less."""
    kind = kind_of_refusal(outcome)
    in_a_row = streak.count(kind)
    if kind is None:
        return outcome
    known = relay_status.is_failing_with(connection, outcome.reply, after=SEVERAL)
    others_accepted = _has_accepted_since(connection, letter.created_at)
    return give_benefit_of_doubt(
        outcome, SEVERAL if known else in_a_row, others_accepted=others_accepted, asked_before=letter.deferrals > 0
    )


def _has_accepted_since(connection: Connection, moment: datetime) -> bool:
    """Return whether the relay has accepted any letter since `moment`."""
    accepted = exists().where(Letter.state == State.SENT, Letter.sent_at >= moment)
    return bool(connection.scalar(select(accepted)))
