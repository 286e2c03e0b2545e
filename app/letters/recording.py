"""Writing what became of a letter: the outcome of an attempt, what is overdue, and the log of events.

Never commits. A write is fenced by state, worker and attempt, so a worker that has lost the letter changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Text, bindparam, case, insert, null, select, update
from sqlalchemy.engine import Connection

from app.letters.kinds import HoldCondition, registered
from app.letters.leases import HOLD_CONDITIONS, ClaimedLetter, find_interrupted, letters, release
from app.letters.models import WAITING, Letter, LetterEvent, Mailing
from app.letters.retry_policy import Outcome, Transition, Verdict, next_state
from app.letters.states import EventType, Reason, State

ERASED = letters.c.personal & letters.c.person_id.is_(None)  # meanwhile; a relay's words often hold the address
RECORD = (
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
        smtp_text=case((ERASED, null()), else_=bindparam("new_text", type_=Text)),
        sent_at=bindparam("new_sent_at"),
    )
)


def record_outcome(
    connection: Connection, letter: ClaimedLetter, worker: str, outcome: Outcome, now: datetime, *, send_again: bool
) -> Transition | None:
    """Record the outcome of a letter that is `submitting`; None when another worker has it by now, which is logged."""
    transition = next_state(outcome, letter.attempt, now, send_again=send_again)
    values = _values(letter, worker, transition, now)
    values |= {"held_as": State.SUBMITTING, "attempt": letter.attempts + 1}
    values |= {"new_code": outcome.code, "new_text": outcome.text}
    if connection.execute(RECORD, values).rowcount == 1:
        if transition.events:
            reply = _words_to_keep(connection, letter, outcome.reply)
            log_events(connection, ((letter.id, event) for event in transition.events), worker, reply, now)
        return transition
    if transition.state is State.SENT and _is_recorded(connection, letter, outcome):
        return transition
    reply = _words_to_keep(connection, letter, f"{outcome.verdict}: {outcome.reply}")
    log_events(connection, [(letter.id, EventType.TOO_LATE)], worker, reply, now)
    return None


def record_failure(
    connection: Connection,
    letter: ClaimedLetter,
    worker: str,
    now: datetime,
    *,
    reason: Reason,
    detail: str,
    started: bool,
) -> bool:
    """Fail a letter, `submitting` when `started`, else `claimed`, for a reason of ours; False when it was not ours."""
    transition = Transition(State.FAILED, now, letter.deferrals, reason, (EventType.FAILED,))
    values = _values(letter, worker, transition, now)
    values |= {"held_as": State.SUBMITTING if started else State.CLAIMED, "attempt": letter.attempts + started}
    values |= {"new_code": None, "new_text": detail}
    recorded = connection.execute(RECORD, values).rowcount == 1
    if recorded:
        event_detail = f"{reason}: {detail}" if detail else reason
        log_events(connection, [(letter.id, EventType.FAILED)], worker, event_detail, now)
    return recorded


def put_back(
    connection: Connection,
    letter: ClaimedLetter,
    worker: str,
    now: datetime,
    conditions: tuple[HoldCondition, ...] = (),
    parameters: Mapping[str, object] | None = None,
) -> Reason | None:
    """Release a claimed letter that could not be started, or fail it when a condition holds it; return why then.

    Any other waits again: it is paused, or was until a moment ago, or its mailing was rewritten. One that is not ours
    any more stays as it is.
    """
    conditions = (*HOLD_CONDITIONS, *conditions)
    query = select(*[condition.holds for condition in conditions]).select_from(letters).where(letters.c.id == letter.id)
    holding = connection.execute(query, parameters or {}).one_or_none() or ()
    blocking = next((condition for condition, holds in zip(conditions, holding, strict=False) if holds), None)
    if blocking is None:
        release(connection, worker, letter.id)
        return None
    recorded = record_failure(
        connection, letter, worker, now, reason=blocking.reason, detail=blocking.detail, started=False
    )
    return blocking.reason if recorded else None


def record_interruptions(connection: Connection, worker: str, now: datetime, *, send_again: bool) -> int:
    """Make the letters of workers that disappeared `unknown`, or queue them again by policy; return the number."""
    interrupted = find_interrupted(connection, worker, now)
    for letter, lost_worker in interrupted:
        transition = next_state(Outcome(Verdict.INTERRUPTED), letter.attempt, now, send_again=send_again)
        values = {"state": transition.state, "due_at": transition.due_at, "claimed_by": None, "lease_until": None}
        connection.execute(update(letters).where(letters.c.id == letter.id).values(values))
        detail = f"{lost_worker} stopped before the outcome was written"
        log_events(connection, ((letter.id, event) for event in transition.events), worker, detail, now)
    return len(interrupted)


def fail_perished(connection: Connection, now: datetime) -> int:
    """Fail the waiting letters of perishable kinds whose time is over; return the number."""
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
    log_events(connection, ((id_, EventType.FAILED) for id_ in ids), None, "its time was over", now)
    return len(ids)


def log_events(
    connection: Connection, events: Iterable[tuple[int, EventType]], worker: str | None, detail: str, now: datetime
) -> None:
    """Write what happened to letters, by their ids."""
    rows = [
        {"letter_id": letter, "type": event, "worker": worker, "detail": detail, "at": now} for letter, event in events
    ]
    if rows:
        connection.execute(insert(LetterEvent), rows)


def _words_to_keep(connection: Connection, letter: ClaimedLetter, words: str) -> str:
    """Return what was said of a letter; nothing when its person was erased while it was under way."""
    erased = connection.execute(select(letters.c.id).where(letters.c.id == letter.id, ERASED)).first()
    return "" if erased else words


def _is_recorded(connection: Connection, letter: ClaimedLetter, outcome: Outcome) -> bool:
    """Return whether a commit whose answer was lost had recorded this acceptance, so that recording is now repeated."""
    this_attempt = (letters.c.id == letter.id) & (letters.c.attempts == letter.attempts + 1)
    accepted = (letters.c.state == State.SENT) & (letters.c.smtp_text == outcome.text)
    return connection.execute(select(letters.c.id).where(this_attempt, accepted)).first() is not None


def _values(letter: ClaimedLetter, worker: str, transition: Transition, now: datetime) -> dict[str, object]:
    return {
        "letter": letter.id,
        "worker": worker,
        "new_state": transition.state,
        "new_deferrals": transition.deferrals,
        "new_due_at": transition.due_at,
        "new_reason": transition.reason,
        "new_sent_at": now if transition.state is State.SENT else None,
    }
