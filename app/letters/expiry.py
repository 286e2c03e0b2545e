"""What time does to letters: leases of workers that disappeared, and letters worth nothing any more. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from app.letters.claims import COLUMNS, Claimed, letters
from app.letters.conclusions import remember
from app.letters.kinds import registered
from app.letters.models import LEASED, WAITING, Letter, Mailing
from app.letters.outcomes import Outcome, Verdict
from app.letters.settlement import settle
from app.letters.states import Reason, State, What


def expire(connection: Connection, worker: str, now: datetime, *, send_again: bool) -> tuple[int, int]:
    """Settle what is overdue, but for the leases of `worker` itself. Gives (letters interrupted, letters perished)."""
    _free_claims(connection, worker, now)
    interrupted = _settle_interrupted(connection, worker, now, send_again=send_again)
    return interrupted, _fail_perished(connection, now)


def _free_claims(connection: Connection, worker: str, now: datetime) -> None:
    """`claimed` by somebody gone → `queued`: nothing was begun."""
    connection.execute(
        update(letters)
        .where(LEASED, letters.c.state == State.CLAIMED, letters.c.lease_until < now, letters.c.claimed_by != worker)
        .values(state=State.QUEUED, claimed_by=None, lease_until=None)
    )


def _settle_interrupted(connection: Connection, worker: str, now: datetime, *, send_again: bool) -> int:
    """`submitting` by somebody gone → `unknown`, or queued again by policy; remembered either way."""
    overdue = (
        select(*COLUMNS, letters.c.claimed_by)
        .where(LEASED, letters.c.state == State.SUBMITTING)
        .where(letters.c.lease_until < now, letters.c.claimed_by != worker)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(overdue).all()
    for *values, lost_worker in rows:
        letter = Claimed(*values)
        settlement = settle(Outcome(Verdict.INTERRUPTED), letter.this_try, now, send_again=send_again)
        written = {"state": settlement.state, "due_at": settlement.due_at, "claimed_by": None, "lease_until": None}
        connection.execute(update(letters).where(letters.c.id == letter.id).values(written))
        detail = f"{lost_worker} stopped before the outcome was written"
        remember(connection, ((letter.id, what) for what in settlement.events), worker, detail, now)
    return len(rows)


def _fail_perished(connection: Connection, now: datetime) -> int:
    """Waiting letters of a perishable kind whose time is over → `failed`."""
    kinds = [kind for kind in registered() if kind.perishable]
    mailings = select(Mailing.id).where(Mailing.kind.in_([kind.name for kind in kinds]))
    perished = (
        update(letters)
        .where(WAITING, Letter.precedence.in_({kind.precedence for kind in kinds}))
        .where(Letter.gives_up_at <= now, Letter.mailing_id.in_(mailings))
        .values(state=State.FAILED, reason=Reason.GIVEN_UP)
        .returning(Letter.id)
    )
    ids = connection.execute(perished).scalars().all()
    remember(connection, ((id_, What.FAILED) for id_ in ids), None, "its time was over", now)
    return len(ids)
