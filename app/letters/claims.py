"""Which worker holds which letter: taking letters, beginning one, giving them back. Never commits.

Every statement names the state and the worker that it expects, so whoever has lost a letter changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, Update, bindparam, exists, func, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from app.letters.kinds import Bar
from app.letters.models import LEASED, WAITING, Letter, Mailing, SuppressedAddress
from app.letters.settlement import Try
from app.letters.states import Reason, State
from app.letters.terms import Terms
from app.ready import Ready, Started

letters = cast("Table", Letter.__table__)

NOTHING, ANY = -1, 32_767  # no letter is more urgent than the one, every letter is more urgent than the other


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter in a worker's hands."""

    id: int
    key: str
    mailing_id: int
    person_id: int | None
    to_address: str
    to_name: str
    precedence: int
    message_id: str
    attempts: int
    deferrals: int
    gives_up_at: datetime

    @property
    def this_try(self) -> Try:
        """The try that begins next or is under way."""
        return Try(self.attempts + 1, self.deferrals, self.gives_up_at)


COLUMNS = [letters.c[field.name] for field in fields(Claimed)]


waiting = aliased(Letter, name="waiting")
DUE = (
    WAITING,
    waiting.precedence < bindparam("before"),
    waiting.due_at <= bindparam("now"),
    waiting.mailing_id.not_in(select(Mailing.id).where(Mailing.paused_at.is_not(None))),
)
ANY_DUE = exists(1).select_from(waiting).where(*DUE)
IS_ANY_DUE = select(ANY_DUE)


def _claim() -> Update:
    picked = (
        select(waiting.id)
        .where(*DUE)
        .order_by(waiting.precedence, waiting.due_at, waiting.id)
        .limit(bindparam("at_most"))
        .with_for_update(skip_locked=True)  # SQLite knows no rows' locks: there the whole transaction has the lock
        .cte("picked")
    )
    held = {"state": State.CLAIMED, "claimed_by": bindparam("worker"), "lease_until": bindparam("until")}
    return update(letters).where(letters.c.id.in_(select(picked.c.id))).values(held).returning(*COLUMNS)


IS_SUPPRESSED = exists().where(
    SuppressedAddress.address == func.lower(letters.c.to_address), SuppressedAddress.lifted_at.is_(None)
)
BARS = (
    Bar(Reason.PERSON_GONE, letters.c.personal & letters.c.person_id.is_(None)),
    Bar(Reason.SUPPRESSED, IS_SUPPRESSED),
)  # of every kind of letters
CLAIM = _claim()


@dataclass(frozen=True, slots=True)
class Barred:
    """What may keep one letter back besides BARS: the bars of its kind, and their parameters for this letter."""

    bars: tuple[Bar, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


UNBARRED = Barred()


@cache
def _begin(bars: tuple[Bar, ...]) -> Ready:
    """The statement for letters with these bars, of which there are as many as kinds."""
    paused = exists().where(Mailing.id == letters.c.mailing_id, Mailing.paused_at.is_not(None))
    free = [~bar.holds for bar in (*BARS, *bars)]
    held = {"state": State.SUBMITTING, "attempts": letters.c.attempts + 1, "lease_until": bindparam("until")}
    return Ready(
        update(letters)
        .where(letters.c.id == bindparam("letter"), letters.c.state == State.CLAIMED)
        .where(letters.c.claimed_by == bindparam("worker"), *free, ~paused, ~ANY_DUE)
        .values(held)
    )


def claim(connection: Connection, worker: str, now: datetime, terms: Terms, *, before: int = ANY) -> list[Claimed]:
    """Take up to a batch of letters that are due and of smaller precedence than `before`, the most urgent first."""
    values = {"before": before, "now": now, "at_most": terms.batch, "worker": worker, "until": now + terms.claim_lease}
    rows = connection.execute(CLAIM, values).all()
    return sorted((Claimed(*row) for row in rows), key=lambda letter: (letter.precedence, letter.id))


def is_any_due(connection: Connection, now: datetime, *, before: int = ANY) -> bool:
    """Whether a letter of smaller precedence than `before` is due and in nobody's hands."""
    return bool(connection.execute(IS_ANY_DUE, {"before": before, "now": now}).scalar())


def begin(
    connection: Connection,
    letter: Claimed,
    worker: str,
    now: datetime,
    terms: Terms,
    *,
    barred: Barred = UNBARRED,
    hurry: bool = False,
) -> Started:
    """`claimed` → `submitting`, if the letter is still ours, may leave, and nothing more urgent is due.

    The letter has begun when one row has changed; of one that has not, `withdraw` says why. With `hurry` more urgent
    letters do not matter.
    """
    before = NOTHING if hurry else letter.precedence
    values = {"letter": letter.id, "worker": worker, "now": now, "until": now + terms.submit_lease, "before": before}
    return _begin(barred.bars).start(connection, {**barred.values, **values})


def release(connection: Connection, worker: str, letter_id: int | None = None) -> int:
    """Give back what the worker has claimed and not begun: one letter, or all of them. Gives the number."""
    mine = update(letters).where(LEASED, letters.c.state == State.CLAIMED, letters.c.claimed_by == worker)
    if letter_id is not None:
        mine = mine.where(letters.c.id == letter_id)
    return connection.execute(mine.values(state=State.QUEUED, claimed_by=None, lease_until=None)).rowcount
