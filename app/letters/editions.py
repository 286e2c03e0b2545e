"""An edition's letters as the coordination sees them: how many in each state, what is wrong, what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from app.extensions import db
from app.letters.models import Letter, LetterEvent, Mailing, MailingAct
from app.letters.states import State, What

SHOWN = 200  # letters in trouble that a page lists


@dataclass(frozen=True, slots=True)
class Edition:
    """The letters of one reference: how many in each state, those in trouble, what was decided (latest first)."""

    reference: str
    paused_at: datetime | None
    counts: dict[State, int]
    interruptions: int
    in_trouble: list[Letter]
    acts: list[MailingAct]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def find_edition(reference: str) -> Edition | None:
    """The edition as it stands; None when no mailing has that reference."""
    mailings = db.session.scalars(select(Mailing).filter_by(reference=reference)).all()
    if not mailings:
        return None
    return Edition(
        reference=reference,
        paused_at=mailings[0].paused_at,
        counts=_counts(reference),
        interruptions=_interruptions(reference),
        in_trouble=_in_trouble(reference),
        acts=_acts(reference),
    )


def find_letter_state(key: str) -> State | None:
    """Where the letter of that key stands; None when there is none."""
    return db.session.scalar(select(Letter.state).filter_by(key=key))


def mailings_of(reference: str) -> Select[int]:
    """The mailings of a reference, one a language, as a subquery."""
    return select(Mailing.id).where(Mailing.reference == reference)


def _counts(reference: str) -> dict[State, int]:
    query = (
        select(Letter.state, func.count()).where(Letter.mailing_id.in_(mailings_of(reference))).group_by(Letter.state)
    )
    return dict(db.session.execute(query).all())


def _interruptions(reference: str) -> int:
    query = select(func.count()).select_from(LetterEvent).join(Letter, LetterEvent.letter_id == Letter.id)
    mine = query.where(Letter.mailing_id.in_(mailings_of(reference)), LetterEvent.what == What.INTERRUPTED)
    return db.session.scalar(mine) or 0


def _in_trouble(reference: str) -> list[Letter]:
    troubled = Letter.state.in_([State.FAILED, State.UNKNOWN, State.DEFERRED])
    query = select(Letter).where(Letter.mailing_id.in_(mailings_of(reference)), troubled)
    return list(db.session.scalars(query.order_by(Letter.id).limit(SHOWN)))


def _acts(reference: str) -> list[MailingAct]:
    query = select(MailingAct).filter_by(reference=reference).order_by(MailingAct.at.desc(), MailingAct.id.desc())
    return list(db.session.scalars(query))
