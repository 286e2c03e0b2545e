"""Notes to the coordination about what came back: addresses that the brake keeps back, and complaints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from app.database import db
from app.letters.bounces.held import is_held
from app.letters.models import Bounce, Letter
from app.letters.states import BounceVerdict
from app.routing import public_url
from app.teams.members import coordination
from app.teams.models import Membership, Promotion
from app.teams.notifications import queue_notification


def queue_due_notes(now: datetime) -> int:
    """Write to the coordination of each promotion about what it has not been told yet; return the number of letters.

    One note tells all that there is. This use case commits.
    """
    worth_telling = or_(is_held(), Bounce.verdict == BounceVerdict.COMPLAINT)
    query = select(Bounce).join(Bounce.letter).where(Bounce.told_at.is_(None), worth_telling).order_by(Bounce.id)
    untold = list(db.session.scalars(query.with_for_update(of=Bounce, skip_locked=True)))
    queued = 0
    for promotion, bounces in _by_promotion(untold, now).items():
        queued += _queue_note(promotion, bounces, now)
    for bounce in untold:
        bounce.told_at = now
    db.session.commit()
    return queued


def _by_promotion(bounces: Sequence[Bounce], now: datetime) -> dict[Promotion, list[Bounce]]:
    """Return the bounces by the promotions to which the people of their letters belong today."""
    query = (
        select(Bounce, Membership)
        .join(Letter, Bounce.letter_id == Letter.id)
        .join(Membership, Membership.person_id == Letter.person_id)
        .where(Bounce.id.in_([bounce.id for bounce in bounces]))
        .order_by(Bounce.id)
    )
    found: defaultdict[Promotion, list[Bounce]] = defaultdict(list)
    for bounce, member in db.session.execute(query):
        if member.is_current(member.promotion.today(now)):
            found[member.promotion].append(bounce)
    return found


def _queue_note(promotion: Promotion, bounces: list[Bounce], now: datetime) -> int:
    held = sum(bounce.held_at is not None for bounce in bounces)
    return queue_notification(
        "bounces",
        coordination(promotion, now),
        reference=f"bounces:{promotion.id}:{bounces[-1].id}",
        now=now,
        promotion=promotion,
        held=held,
        complaints=len(bounces) - held,
        page=public_url("suppressed_addresses.show", promotion_slug=promotion.slug),
    )
