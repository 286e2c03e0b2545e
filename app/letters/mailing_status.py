"""The letters of a mailing as the coordination sees them: how many in each state, what failed, what was done about it.

The words are those of docs/delivery.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.letters.models import AdminActionLog, Bounce, Letter, LetterEvent, Mailing
from app.letters.states import AdminAction, BounceVerdict, EventType, Reason, State

NEVER_NAMED = (BounceVerdict.COMPLAINT, BounceVerdict.AUTOMATIC_ANSWER)
NEVER_RETRIED = (Reason.PERSON_GONE, Reason.UNSUBSCRIBED)
SHOWN = 200  # letters in trouble, bounces or interruptions that a page lists


@dataclass(frozen=True, slots=True)
class StatusCounts:
    """How many letters are in each state; those that a worker has claimed count as queued.

    Two sorts of the failed ones are counted apart: `unsubscribed`, and `gone`, whose person was deleted.
    """

    sent: int = 0
    queued: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    unsubscribed: int = 0
    gone: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[State, Reason | None, int]]) -> Self:
        """Count from the number of letters in each state and for each reason."""
        states: Counter[State] = Counter()
        reasons: Counter[Reason | None] = Counter()
        for state, reason, number in rows:
            states[state] += number
            reasons[reason if state is State.FAILED else None] += number
        return cls(
            sent=states[State.SENT],
            queued=states[State.QUEUED] + states[State.CLAIMED] + states[State.SUBMITTING],
            deferred=states[State.DEFERRED],
            failed=states[State.FAILED],
            unknown=states[State.UNKNOWN],
            unsubscribed=reasons[Reason.UNSUBSCRIBED],
            gone=reasons[Reason.PERSON_GONE],
        )

    @property
    def total(self) -> int:
        return self.sent + self.waiting + self.failed + self.unknown

    @property
    def waiting(self) -> int:
        """Letters that are still to leave."""
        return self.queued + self.deferred

    @property
    def is_held_up(self) -> bool:
        """Whether the relay has deferred letters and has not accepted one yet."""
        return bool(self.deferred) and not (self.sent or self.unknown)

    def may(self, action: AdminAction, *, paused: bool) -> bool:
        """Return whether `action` would change anything."""
        match action:
            case AdminAction.PAUSE:
                return not paused and self.waiting > 0
            case AdminAction.RESUME:
                return paused
            case AdminAction.RETRY:
                return self.deferred + self.failed > self.unsubscribed + self.gone
            case AdminAction.SEND_AGAIN | AdminAction.TAKE_AS_SENT:
                return self.unknown > 0
            case _:
                return False


@dataclass(frozen=True, slots=True)
class MailingStatus:
    """The letters of one reference, over all languages; actions and bounces are the latest first.

    Who has unsubscribed, has complained or is away is in none of the lists.
    """

    reference: str
    paused_at: datetime | None
    counts: StatusCounts
    in_trouble: list[Letter]
    bounces: list[Bounce]
    complaints: int
    automatic_answers: int
    interruptions: int
    interrupted: list[LetterEvent]
    actions: list[AdminActionLog]

    def may(self, action: AdminAction) -> bool:
        """Return whether `action` would change anything now."""
        return self.counts.may(action, paused=self.paused_at is not None)

    @property
    def unlisted(self) -> int:
        """How many letters in trouble are beyond the limit of `in_trouble`."""
        counts = self.counts
        return counts.failed - counts.unsubscribed + counts.unknown + counts.deferred - len(self.in_trouble)


def find_mailing_status(reference: str) -> MailingStatus | None:
    """Return the status of a mailing, over its languages; None when no mailing has that reference."""
    mailings = db.session.scalars(select(Mailing).filter_by(reference=reference)).all()
    if not mailings:
        return None
    return MailingStatus(
        reference=reference,
        paused_at=mailings[0].paused_at,
        counts=count_letters(reference),
        in_trouble=_in_trouble(reference),
        bounces=_bounces(reference),
        complaints=_count_bounces(reference, BounceVerdict.COMPLAINT),
        automatic_answers=_count_bounces(reference, BounceVerdict.AUTOMATIC_ANSWER),
        interruptions=_count_interruptions(reference),
        interrupted=_interrupted(reference),
        actions=_actions(reference),
    )


def count_letters(reference: str) -> StatusCounts:
    """Count the letters of a reference by state; all zero when there are none."""
    query = select(Letter.state, Letter.reason, func.count()).where(_of(reference))
    return StatusCounts.of(db.session.execute(query.group_by(Letter.state, Letter.reason)))


def mailings_of(reference: str) -> Select[int]:
    """Return the ids of the mailings of a reference, one a language, as a subquery."""
    return select(Mailing.id).where(Mailing.reference == reference)


def _of(reference: str) -> ColumnElement[bool]:
    return Letter.mailing_id.in_(mailings_of(reference))


def _in_trouble(reference: str) -> list[Letter]:
    troubled = Letter.state.in_([State.FAILED, State.UNKNOWN, State.DEFERRED])
    listed = or_(Letter.reason.is_(None), Letter.reason != Reason.UNSUBSCRIBED)
    query = select(Letter).where(_of(reference), troubled, listed)
    return list(db.session.scalars(query.order_by(Letter.id).limit(SHOWN)))


def _bounces(reference: str) -> list[Bounce]:
    query = select(Bounce).join(Bounce.letter).options(joinedload(Bounce.letter)).where(_of(reference))
    failures = query.where(Bounce.verdict.not_in(NEVER_NAMED))
    return list(db.session.scalars(failures.order_by(Bounce.id.desc()).limit(SHOWN)))


def _count_bounces(reference: str, verdict: BounceVerdict) -> int:
    query = select(func.count()).select_from(Bounce).join(Bounce.letter)
    return db.session.scalar(query.where(_of(reference), Bounce.verdict == verdict)) or 0


def _count_interruptions(reference: str) -> int:
    query = select(func.count()).select_from(LetterEvent).join(Letter, LetterEvent.letter_id == Letter.id)
    return db.session.scalar(query.where(_of(reference), LetterEvent.type == EventType.INTERRUPTED)) or 0


def _interrupted(reference: str) -> list[LetterEvent]:
    query = select(LetterEvent).join(Letter, LetterEvent.letter_id == Letter.id)
    interruptions = query.where(_of(reference), LetterEvent.type == EventType.INTERRUPTED)
    return list(db.session.scalars(interruptions.order_by(LetterEvent.id.desc()).limit(SHOWN)))


def _actions(reference: str) -> list[AdminActionLog]:
    query = (
        select(AdminActionLog)
        .filter_by(reference=reference)
        .order_by(AdminActionLog.at.desc(), AdminActionLog.id.desc())
    )
    return list(db.session.scalars(query))
