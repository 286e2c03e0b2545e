"""The calls for help of a promotion, as the values that the rules take. One query each."""

from __future__ import annotations

from textwrap import shorten
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.database import db
from app.engagement.calls import CallFigures, CallLife, count_calls
from app.engagement.concerns import StandingCall
from app.help_requests.models import HelpRequest, HelpState
from app.help_requests.service import live_calls
from app.letters.outbox import without_placeholders
from app.markup import to_text
from app.teams.models import Promotion, Team

EXCERPT = 140  # characters of a call that a note quotes


def call_figures(promotion_id: int) -> CallFigures:
    """What became of the calls of the promotion."""
    columns = (HelpRequest.state, HelpRequest.opened_at, HelpRequest.first_offered_at, HelpRequest.closed_at)
    query = select(*columns).join(HelpRequest.team).where(Team.promotion_id == promotion_id)
    return count_calls(CallLife(*row) for row in db.session.execute(query))


def standing_calls(promotion: Promotion) -> list[StandingCall]:
    """The calls that nobody has closed, quoted in a line."""
    zone = ZoneInfo(promotion.timezone)
    return [
        StandingCall(
            team=call.team.name,
            opened_on=call.opened_at.astimezone(zone).date(),
            offered=call.state is HelpState.OFFERED,
            text=without_placeholders(shorten(to_text(call.text), EXCERPT, placeholder=" …")),
        )
        for call in live_calls(promotion.id)
    ]
