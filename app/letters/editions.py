"""An edition's letters as the coordination sees them: how many in each state, what is wrong, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.database import db
from app.letters.models import Bounce, Letter, LetterEvent, Mailing, MailingAct
from app.letters.standing import Standing
from app.letters.states import Act, Reason, State, What

SHOWN = 200  # letters in trouble, bounces or interruptions that a page lists


@dataclass(frozen=True, slots=True)
class Edition:
    """The letters of one reference: how they stand, what went wrong with which, what was decided (latest first).

    Who has unsubscribed is in none of the lists.
    """

    reference: str
    paused_at: datetime | None
    counts: Standing
    in_trouble: list[Letter]
    bounces: list[Bounce]
    interruptions: int
    interrupted: list[LetterEvent]
    acts: list[MailingAct]

    def may(self, act: Act) -> bool:
        """Whether `act` would do something now."""
        return self.counts.may(act, paused=self.paused_at is not None)

    @property
    def unlisted(self) -> int:
        """How many letters in trouble are beyond the limit of `in_trouble`."""
        counts = self.counts
        return counts.failed - counts.unsubscribed + counts.unknown + counts.deferred - len(self.in_trouble)


def find_edition(reference: str) -> Edition | None:
    """The edition as it stands; None when no mailing has that reference."""
    mailings = db.session.scalars(select(Mailing).filter_by(reference=reference)).all()
    if not mailings:
        return None
    return Edition(
        reference=reference,
        paused_at=mailings[0].paused_at,
        counts=count_letters(reference),
        in_trouble=_in_trouble(reference),
        bounces=_bounces(reference),
        interruptions=_count_interruptions(reference),
        interrupted=_interrupted(reference),
        acts=_acts(reference),
    )


def count_letters(reference: str) -> Standing:
    """How the letters of a reference stand; all zero when there are none."""
    query = select(Letter.state, Letter.reason, func.count()).where(_of(reference))
    return Standing.of(db.session.execute(query.group_by(Letter.state, Letter.reason)))


def mailings_of(reference: str) -> Select[int]:
    """The mailings of a reference, one a language, as a subquery."""
    return select(Mailing.id).where(Mailing.reference == reference)


def _of(reference: str) -> ColumnElement[bool]:
    return Letter.mailing_id.in_(mailings_of(reference))


def _in_trouble(reference: str) -> list[Letter]:
    troubled = Letter.state.in_([State.FAILED, State.UNKNOWN, State.DEFERRED])
    told = or_(Letter.reason.is_(None), Letter.reason != Reason.UNSUBSCRIBED)
    query = select(Letter).where(_of(reference), troubled, told)
    return list(db.session.scalars(query.order_by(Letter.id).limit(SHOWN)))


def _bounces(reference: str) -> list[Bounce]:
    query = select(Bounce).join(Bounce.letter).options(joinedload(Bounce.letter)).where(_of(reference))
    return list(db.session.scalars(query.order_by(Bounce.id.desc()).limit(SHOWN)))


def _count_interruptions(reference: str) -> int:
    query = select(func.count()).select_from(LetterEvent).join(Letter, LetterEvent.letter_id == Letter.id)
    return db.session.scalar(query.where(_of(reference), LetterEvent.what == What.INTERRUPTED)) or 0


def _interrupted(reference: str) -> list[LetterEvent]:
    query = select(LetterEvent).join(Letter, LetterEvent.letter_id == Letter.id)
    mine = query.where(_of(reference), LetterEvent.what == What.INTERRUPTED)
    return list(db.session.scalars(mine.order_by(LetterEvent.id.desc()).limit(SHOWN)))


def _acts(reference: str) -> list[MailingAct]:
    query = select(MailingAct).filter_by(reference=reference).order_by(MailingAct.at.desc(), MailingAct.id.desc())
    return list(db.session.scalars(query))
