"""Which worker holds which letter: claiming, starting, releasing, and ending the leases of workers that disappeared.

Never commits. Every statement names the state and the worker that it expects, so a worker that has lost a letter
changes nothing.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import cast
from uuid import uuid4

from sqlalchemy import Table, Update, bindparam, exists, func, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import aliased

from app.letters.kinds import SIGN_IN, HoldCondition
from app.letters.models import LEASED, WAITING, Letter, Mailing, SuppressedAddress
from app.letters.restoration import IS_AWAITED
from app.letters.retry_policy import Attempt
from app.letters.states import Reason, State

letters = cast("Table", Letter.__table__)

MOST_URGENT, LEAST_URGENT = -1, 32_767  # beyond every precedence: a letter must be smaller than the bound


@dataclass(frozen=True, slots=True)
class ClaimedLetter:
    """A letter that a worker has claimed."""

    id: int
    key: str
    mailing_id: int
    person_id: int | None
    to_email: str
    to_name: str
    precedence: int
    message_id: str
    attempts: int
    deferrals: int
    gives_up_at: datetime
    created_at: datetime

    @property
    def attempt(self) -> Attempt:
        """The attempt that starts next or is under way."""
        return Attempt(self.attempts + 1, self.deferrals, self.gives_up_at)


COLUMNS = [letters.c[field.name] for field in fields(ClaimedLetter)]

waiting = aliased(Letter, name="waiting")
DUE = (
    WAITING,
    waiting.precedence < bindparam("before"),
    waiting.due_at <= bindparam("now"),
    waiting.mailing_id.not_in(select(Mailing.id).where(Mailing.paused_at.is_not(None))),
    or_(waiting.precedence == SIGN_IN, ~IS_AWAITED),
)
ANY_DUE = exists(1).select_from(waiting).where(*DUE)
PICKED = (
    select(waiting.id)
    .where(*DUE)
    .order_by(waiting.precedence, waiting.due_at, waiting.id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)  # SQLite has no row locks: there the transaction (BEGIN IMMEDIATE) is the lock
    .cte("picked")
)
CLAIM = (
    update(letters)
    .where(letters.c.id.in_(select(PICKED.c.id)))
    .values(state=State.CLAIMED, claimed_by=bindparam("worker"), lease_until=bindparam("until"))
    .returning(*COLUMNS)
)
IS_SUPPRESSED = exists().where(
    SuppressedAddress.email == func.lower(letters.c.to_email), SuppressedAddress.lifted_at.is_(None)
)
HOLD_CONDITIONS = (  # of every kind of letter; a sign-in link was asked for just now, and is tried whatever bounced
    HoldCondition(Reason.PERSON_GONE, letters.c.personal & letters.c.person_id.is_(None)),
    HoldCondition(Reason.SUPPRESSED, IS_SUPPRESSED & (letters.c.precedence != SIGN_IN)),
)


def unique_worker_name() -> str:
    """Return a name for the holder of leases: never the same twice, and readable in an event."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:12]}"


def claim(
    connection: Connection, worker: str, now: datetime, *, at_most: int, lease: timedelta, before: int = LEAST_URGENT
) -> list[ClaimedLetter]:
    """Claim up to `at_most` due letters of smaller precedence than `before`, the most urgent first."""
    values = {"before": before, "now": now, "at_most": at_most, "worker": worker, "until": now + lease}
    rows = connection.execute(CLAIM, values).all()
    return sorted((ClaimedLetter(*row) for row in rows), key=lambda letter: (letter.precedence, letter.id))


def start(
    connection: Connection,
    letter: ClaimedLetter,
    worker: str,
    now: datetime,
    *,
    lease: timedelta,
    revision: int,
    conditions: tuple[HoldCondition, ...] = (),
    parameters: Mapping[str, object] | None = None,
    even_if_urgent_wait: bool = False,
) -> bool:
    """Make a letter `submitting` if it is still ours, no condition holds it, and nothing more urgent is due.

    Its mailing has to be as we read it, in its `revision`. `conditions` are those of the letter's kind, `parameters`
    theirs. Returns whether the letter was started.
    """
    before = MOST_URGENT if even_if_urgent_wait else letter.precedence
    values = {"letter": letter.id, "revision": revision, "worker": worker}
    values |= {"now": now, "until": now + lease, "before": before}
    return connection.execute(_start_statement(conditions), {**(parameters or {}), **values}).rowcount == 1


def release(connection: Connection, worker: str, letter_id: int | None = None) -> int:
    """Give back what the worker has claimed and not started: one letter, or all; return the number."""
    claimed = update(letters).where(LEASED, letters.c.state == State.CLAIMED, letters.c.claimed_by == worker)
    if letter_id is not None:
        claimed = claimed.where(letters.c.id == letter_id)
    return connection.execute(claimed.values(state=State.QUEUED, claimed_by=None, lease_until=None)).rowcount


def release_expired_claims(connection: Connection, worker: str, now: datetime) -> None:
    """Queue again what workers whose lease has ended had claimed and not started."""
    connection.execute(
        update(letters)
        .where(LEASED, letters.c.state == State.CLAIMED, letters.c.lease_until < now, letters.c.claimed_by != worker)
        .values(state=State.QUEUED, claimed_by=None, lease_until=None)
    )


def find_interrupted(connection: Connection, worker: str, now: datetime) -> list[tuple[ClaimedLetter, str]]:
    """Lock the letters `submitting` by other workers whose lease has ended; return each with its worker."""
    overdue = (
        select(*COLUMNS, letters.c.claimed_by)
        .where(LEASED, letters.c.state == State.SUBMITTING)
        .where(letters.c.lease_until < now, letters.c.claimed_by != worker)
        .with_for_update(skip_locked=True)
    )
    return [(ClaimedLetter(*values), lost_worker) for *values, lost_worker in connection.execute(overdue)]


class ClaimedQueue:
    """The letters that one worker has claimed, the most urgent first. `exhausted`: the last claim found none."""

    def __init__(self, worker: str, lease: timedelta) -> None:
        self._worker = worker
        self._lease = lease
        self._letters: deque[ClaimedLetter] = deque()
        self.exhausted = False

    def __bool__(self) -> bool:
        return bool(self._letters)

    def pop(self) -> ClaimedLetter:
        """Take the letter to send next."""
        return self._letters.popleft()

    def refill(self, connection: Connection, now: datetime, at_most: int) -> None:
        """Claim up to `at_most` letters more."""
        batch = claim(connection, self._worker, now, at_most=at_most, lease=self._lease)
        self._letters.extend(batch)
        self.exhausted = not batch

    def claim_more_urgent(self, connection: Connection, letter: ClaimedLetter, now: datetime, at_most: int) -> bool:
        """Claim what is more urgent than `letter` and put it first, `letter` behind; False when there is nothing."""
        urgent = claim(connection, self._worker, now, at_most=at_most, lease=self._lease, before=letter.precedence)
        self._letters.extendleft(reversed([*urgent, letter] if urgent else []))
        return bool(urgent)

    def clear(self) -> None:
        """Drop the letters; the database releases them."""
        self._letters.clear()
        self.exhausted = False


@cache
def _start_statement(conditions: tuple[HoldCondition, ...]) -> Update:
    """Build the statement for letters with these hold conditions; there is one set of conditions a kind."""
    as_read = exists().where(
        Mailing.id == letters.c.mailing_id, Mailing.paused_at.is_(None), Mailing.revision == bindparam("revision")
    )
    free = [~condition.holds for condition in (*HOLD_CONDITIONS, *conditions)]
    return (
        update(letters)
        .where(letters.c.id == bindparam("letter"), letters.c.state == State.CLAIMED)
        .where(letters.c.claimed_by == bindparam("worker"), *free, as_read, ~ANY_DUE)
        .values(state=State.SUBMITTING, attempts=letters.c.attempts + 1, lease_until=bindparam("until"))
    )
