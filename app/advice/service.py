"""Advice: written, changed, removed, adopted by the coordination; set aside by those who are shown it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select, update

from app.access import SignedOutError
from app.advice.models import Advice, AdviceSetAside
from app.advice.proposals import PROPOSALS
from app.advice.rules import Occasion
from app.database import db, insert_or_ignore
from app.errors import UnseenChangeError
from app.teams.locking import lock_person, lock_promotion
from app.teams.models import Membership, Promotion


@dataclass(frozen=True, slots=True)
class AdviceDraft:
    """What the coordination types, cleaned: `url` may be empty, `week` is for that occasion only."""

    text: str
    url: str
    occasion: Occasion
    week: int | None


class AdviceChangedError(Exception):
    """Somebody changed the advice since the form was opened; `theirs` is what is saved, None once it is removed."""

    def __init__(self, theirs: Advice | None) -> None:
        self.theirs = theirs
        super().__init__(theirs.revision if theirs else "removed")


def add_advice(promotion: Promotion, draft: AdviceDraft) -> Advice:
    """Store a new piece of advice, unless the promotion has the very same already: that one is returned. Commits."""
    lock_promotion(promotion.id)
    same = select(Advice).where(Advice.promotion_id == promotion.id, Advice.text == draft.text)
    for advice in db.session.scalars(same):
        if draft_of(advice) == draft:
            db.session.rollback()
            return advice
    advice = Advice(promotion_id=promotion.id, **asdict(draft))
    db.session.add(advice)
    db.session.commit()
    return advice


def change_advice(advice: Advice, draft: AdviceDraft, base: int) -> None:
    """Store what was changed starting from revision `base`. Commits. Raises AdviceChangedError and changes nothing."""
    query = select(Advice).where(Advice.id == advice.id).with_for_update()
    current = db.session.scalar(query, execution_options={"populate_existing": True})
    if current is not None and draft_of(current) == draft:
        db.session.rollback()
        return
    if current is None or current.revision != base:
        raise AdviceChangedError(current)
    current.text, current.url, current.occasion, current.week = draft.text, draft.url, draft.occasion, draft.week
    current.revision += 1
    db.session.commit()


def draft_of(advice: Advice) -> AdviceDraft:
    """Return the fields of the advice as saved."""
    return AdviceDraft(advice.text, advice.url, advice.occasion, advice.week)


def remove_advice(advice: Advice, seen: int = 0) -> None:
    """Remove a piece of advice, wherever it is shown. Commits, unless somebody else has a moment ago.

    `seen`: the revision that was seen, 0 where that is not known. Raises UnseenChangeError.
    """
    query = select(Advice).where(Advice.id == advice.id).with_for_update()
    current = db.session.scalar(query, execution_options={"populate_existing": True})
    if current is None:
        db.session.rollback()
        return
    if seen and seen != current.revision:
        db.session.rollback()
        raise UnseenChangeError(f"advice {advice.id}")
    db.session.execute(delete(Advice).where(Advice.id == current.id))
    db.session.commit()


def adopt_proposals(promotion: Promotion, keys: Collection[str]) -> int:
    """Add the proposals with these keys that the promotion does not have yet; return how many. Commits, if any."""
    rows = [
        {"promotion_id": promotion.id, "proposal": each.key, "text": each.text(promotion.locale), "url": each.url}
        | {"occasion": each.occasion, "week": each.week, "revision": 1, "set_aside": 0}
        for each in PROPOSALS
        if each.key in keys
    ]
    lock_promotion(promotion.id)
    known = set(db.session.scalars(select(Advice.proposal).where(Advice.promotion_id == promotion.id)))
    new = [row for row in rows if row["proposal"] not in known]
    if not new:
        db.session.rollback()
        return 0
    db.session.add_all(Advice(**row) for row in new)
    db.session.commit()
    return len(new)


def set_aside(member: Membership, advice: Advice) -> None:
    """Show a piece of advice to this member no more; twice is once. Commits.

    Raises SignedOutError for somebody erased.
    """
    if not lock_person(member.person_id):  # or a row would outlive the erasure of its member
        db.session.rollback()
        raise SignedOutError
    key = {"advice_id": advice.id, "membership_id": member.id}
    row = insert_or_ignore(AdviceSetAside, *key).values(**key).returning(AdviceSetAside.advice_id)
    if db.session.scalar(row):
        counted = update(Advice).where(Advice.id == advice.id).values(set_aside=Advice.set_aside + 1)
        db.session.execute(counted.execution_options(synchronize_session=False))
    db.session.commit()
