"""Everything of a promotion that a member may read, to be taken along as a file: just what the archive shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.access import is_coordinator
from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.queries import frozen_weeks, plan_dates, readable_bulletins
from app.database import db
from app.digests.models import Introduction
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.teams.models import Membership, Promotion, Team
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class ReadableTexts:
    """What a member may read of `promotion`, the oldest week first, by team within a week.

    `call_states`: those of the calls for help, by the ids of their bulletins.
    """

    promotion: Promotion
    bulletins: tuple[Bulletin, ...]
    call_states: dict[int, HelpState]
    plan_dates: tuple[KeyDate, ...]
    introductions: dict[Week, str]

    def call_of(self, bulletin: Bulletin) -> str:
        """Return the call for help in `bulletin`, unless it was withdrawn."""
        is_withdrawn = self.call_states.get(bulletin.id) is HelpState.WITHDRAWN
        return "" if is_withdrawn else bulletin.help


def readable_texts(member: Membership, now: datetime) -> ReadableTexts:
    """Read all that `member` may read of their promotion at `now`."""
    coordinates = is_coordinator(member)
    return ReadableTexts(
        promotion=member.promotion,
        bulletins=tuple(readable_bulletins(member, now, coordinates=coordinates)),
        call_states=_call_states(member.promotion_id),
        plan_dates=tuple(plan_dates(member.promotion_id)),
        introductions=_introductions(member.promotion_id, coordinates=coordinates),
    )


def _call_states(promotion_id: int) -> dict[int, HelpState]:
    query = select(HelpRequest.bulletin_id, HelpRequest.state).join(HelpRequest.team)
    return dict(db.session.execute(query.where(Team.promotion_id == promotion_id)).all())


def _introductions(promotion_id: int, *, coordinates: bool) -> dict[Week, str]:
    """Return the introductions by week: those of issued digests, and for the coordination, which writes them, all."""
    query = select(Introduction).where(Introduction.promotion_id == promotion_id, Introduction.text != "")
    issued = frozen_weeks(promotion_id)
    return {row.week: row.text for row in db.session.scalars(query) if coordinates or row.week in issued}
