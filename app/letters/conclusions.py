"""How a try ends: the outcome written to the letter that its worker still holds, and what is remembered of it.

Never commits. A write is fenced by state, worker and attempt, so a worker that lost the letter changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection

from app.letters.claims import BARS, UNBARRED, Barred, Claimed, letters, release
from app.letters.models import LetterEvent
from app.letters.outcomes import Outcome
from app.letters.settlement import Settlement, settle
from app.letters.states import Reason, State, What
from app.ready import Ready, Started

WRITE = Ready(
    update(letters)
    .where(letters.c.id == bindparam("letter"), letters.c.state == bindparam("held_as"))
    .where(letters.c.claimed_by == bindparam("worker"), letters.c.attempts == bindparam("attempt"))
    .values(
        state=bindparam("new_state"),
        claimed_by=None,
        lease_until=None,
        deferrals=bindparam("new_deferrals"),
        due_at=bindparam("new_due_at"),
        reason=bindparam("new_reason"),
        smtp_code=bindparam("new_code"),
        smtp_text=bindparam("new_text"),
        sent_at=bindparam("new_sent_at"),
    )
)


def conclude(
    connection: Connection, letter: Claimed, worker: str, outcome: Outcome, now: datetime, *, send_again: bool
) -> Settlement | None:
    """`submitting` → what the outcome means; None when another worker has the letter by now, which is remembered."""
    return start_to_conclude(connection, letter, worker, outcome, now, send_again=send_again).finish(connection)


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a try came to, written but perhaps not answered for yet."""

    letter: Claimed
    worker: str
    outcome: Outcome
    settlement: Settlement
    now: datetime
    started: Started

    def finish(self, connection: Connection) -> Settlement | None:
        """Remember what is worth it; None when another worker has the letter by now."""
        said = f"{self.outcome.code or ''} {self.outcome.text}".strip()
        if self.started.changed == 1:
            events = ((self.letter.id, what) for what in self.settlement.events)
            remember(connection, events, self.worker, said, self.now)
            return self.settlement
        if self._stands(connection):
            return self.settlement
        too_late = [(self.letter.id, What.TOO_LATE)]
        remember(connection, too_late, self.worker, f"{self.outcome.verdict}: {said}", self.now)
        return None

    def _stands(self, connection: Connection) -> bool:
        """Whether this acceptance was committed before, by a turn that broke off afterwards and is now repeated."""
        this_try = (letters.c.id == self.letter.id) & (letters.c.attempts == self.letter.attempts + 1)
        accepted = (letters.c.state == State.SENT) & (letters.c.smtp_text == self.outcome.text)
        written = select(letters.c.id).where(this_try, accepted)
        return self.settlement.state is State.SENT and connection.execute(written).first() is not None


def start_to_conclude(
    connection: Connection, letter: Claimed, worker: str, outcome: Outcome, now: datetime, *, send_again: bool
) -> Conclusion:
    """`conclude`, without waiting for the answer."""
    settlement = settle(outcome, letter.this_try, now, send_again=send_again)
    values = _values(letter, worker, settlement, now)
    values |= {"held_as": State.SUBMITTING, "attempt": letter.attempts + 1}
    values |= {"new_code": outcome.code, "new_text": outcome.text}
    return Conclusion(letter, worker, outcome, settlement, now, WRITE.start(connection, values))


def fail(
    connection: Connection, letter: Claimed, worker: str, now: datetime, *, reason: Reason, detail: str, begun: bool
) -> bool:
    """`claimed`, or `submitting` when `begun`, → `failed` for a reason of our own; False when it was not ours."""
    settlement = Settlement(State.FAILED, now, letter.deferrals, reason, (What.FAILED,))
    values = _values(letter, worker, settlement, now)
    values |= {"held_as": State.SUBMITTING if begun else State.CLAIMED, "attempt": letter.attempts + begun}
    values |= {"new_code": None, "new_text": detail}
    ours = WRITE.execute(connection, values) == 1
    if ours:
        remember(connection, [(letter.id, What.FAILED)], worker, f"{reason}: {detail}" if detail else reason, now)
    return ours


def withdraw(connection: Connection, letter: Claimed, worker: str, now: datetime, barred: Barred = UNBARRED) -> bool:
    """Put down a claimed letter that could not begin: True when it failed, for one of its bars holds.

    Any other waits again: it is paused, or was until a moment ago. One that is not ours any more stays as it is.
    """
    bars = (*BARS, *barred.bars)
    query = select(*[bar.holds for bar in bars]).select_from(letters).where(letters.c.id == letter.id)
    holding = connection.execute(query, barred.values).one_or_none() or ()
    bar = next((bar for bar, holds in zip(bars, holding, strict=False) if holds), None)
    if bar is None:
        release(connection, worker, letter.id)
        return False
    return fail(connection, letter, worker, now, reason=bar.reason, detail=bar.detail, begun=False)


def remember(
    connection: Connection, events: Iterable[tuple[int, What]], worker: str | None, detail: str, now: datetime
) -> None:
    """Write down what happened to letters."""
    rows = [
        {"letter_id": letter, "what": what, "worker": worker, "detail": detail, "at": now} for letter, what in events
    ]
    if rows:
        connection.execute(insert(LetterEvent), rows)


def _values(letter: Claimed, worker: str, settlement: Settlement, now: datetime) -> dict[str, object]:
    return {
        "letter": letter.id,
        "worker": worker,
        "new_state": settlement.state,
        "new_deferrals": settlement.deferrals,
        "new_due_at": settlement.due_at,
        "new_reason": settlement.reason,
        "new_sent_at": now if settlement.state is State.SENT else None,
    }
