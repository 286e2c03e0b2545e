"""Calls for help: made and changed with their bulletins, and found again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from app.bulletins.models import Bulletin
from app.database import db
from app.help_requests.life import LIVE, HelpState
from app.help_requests.models import HelpRequest
from app.help_requests.standing import stands_in
from app.teams.models import Team
from app.weeks import Week

LIVE_CALLS = (
    select(HelpRequest)
    .options(joinedload(HelpRequest.bulletin).load_only(Bulletin.told_in))
    .where(HelpRequest.state.in_(sorted(LIVE)))
    .order_by(HelpRequest.opened_at.desc(), HelpRequest.id.desc())
)
OF_PROMOTION = (
    LIVE_CALLS.join(HelpRequest.team)
    .options(contains_eager(HelpRequest.team))
    .where(Team.promotion_id == bindparam("promotion"))
)
OF_TEAM = LIVE_CALLS.where(HelpRequest.team_id == bindparam("team"))


def follow_bulletin(bulletin: Bulletin, now: datetime) -> None:
    """Keep the call for help of a bulletin that is being saved: made, changed or withdrawn with its text."""
    call = db.session.scalar(select(HelpRequest).where(HelpRequest.bulletin_id == bulletin.id))
    if call is None and bulletin.help:
        db.session.add(_new_call(bulletin, now))
    elif call is not None:
        _change(call, bulletin, now)


def live_calls(promotion_id: int) -> list[HelpRequest]:
    """The calls of a promotion that still call, newest first, with their teams."""
    return list(db.session.scalars(OF_PROMOTION, {"promotion": promotion_id}))


def live_calls_of_team(team_id: int) -> list[HelpRequest]:
    """Those of one team."""
    return list(db.session.scalars(OF_TEAM, {"team": team_id}))


def calls_to_tell(promotion_id: int, week: Week, bulletins: Collection[int]) -> list[HelpRequest]:
    """The live calls that the digest of `week` tells: those of its `bulletins` (ids), older ones that still stand."""
    return [call for call in live_calls(promotion_id) if call.bulletin_id in bulletins or _still_stands(call, week)]


def find_call(promotion_id: int, call_id: int) -> HelpRequest | None:
    """A call of the promotion."""
    query = select(HelpRequest).join(HelpRequest.team)
    return db.session.scalar(query.where(HelpRequest.id == call_id, Team.promotion_id == promotion_id))


def _new_call(bulletin: Bulletin, now: datetime) -> HelpRequest:
    return HelpRequest(
        team_id=bulletin.team_id,
        bulletin_id=bulletin.id,
        week=bulletin.week,
        renewed_week=bulletin.week,
        text=bulletin.help,
        html=bulletin.help_html,
        state=HelpState.ARCHIVED if bulletin.imported else HelpState.OPEN,
        opened_at=bulletin.created_at if bulletin.imported else now,
    )


def _still_stands(call: HelpRequest, week: Week) -> bool:
    told = call.told_in
    return told is not None and told < week and stands_in(week, told, call.renewed_week)


def _change(call: HelpRequest, bulletin: Bulletin, now: datetime) -> None:
    if not bulletin.help:
        if call.is_live:
            call.state, call.closed_at, call.closed_by_id = HelpState.WITHDRAWN, now, bulletin.author_id
        return
    another = call.state is HelpState.RESOLVED and call.text != bulletin.help
    if another or call.state is HelpState.WITHDRAWN:
        call.state, call.closed_at, call.closed_by_id = HelpState.OPEN, None, None
    call.text, call.html = bulletin.help, bulletin.help_html
