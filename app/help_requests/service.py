"""Calls for help: made and changed with their bulletins, found, resolved and renewed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, joinedload

from app.bulletins.models import Bulletin
from app.bulletins.queries import is_frozen
from app.bulletins.service import published_text_changed
from app.database import db
from app.errors import DomainError
from app.help_requests.models import HelpRequest
from app.help_requests.offers import lock_call
from app.help_requests.rules import CLOSED_BY_TEAM, LIVE, HelpState, is_published_in, last_published_week
from app.i18n import lazy_gettext as _l
from app.teams.models import Person, Promotion, Team
from app.weeks import Week

LIVE_CALLS = (
    select(HelpRequest)
    .options(joinedload(HelpRequest.bulletin).load_only(Bulletin.published_in))
    .where(HelpRequest.state.in_(sorted(LIVE)))
    .order_by(HelpRequest.opened_at.desc(), HelpRequest.id.desc())
)
LIVE_CALLS_OF_PROMOTION = (
    LIVE_CALLS.join(HelpRequest.team)
    .options(contains_eager(HelpRequest.team))
    .where(Team.promotion_id == bindparam("promotion"))
)
LIVE_CALLS_OF_TEAM = LIVE_CALLS.where(HelpRequest.team_id == bindparam("team"))


class CallClosedError(DomainError):
    """The call was resolved, withdrawn or archived before."""

    status = 409
    advice = _l("This request for help is already closed.")


def live_calls(promotion_id: int) -> list[HelpRequest]:
    """Read the open and offered calls of a promotion, newest first, with their teams."""
    return list(db.session.scalars(LIVE_CALLS_OF_PROMOTION, {"promotion": promotion_id}))


def live_calls_of_team(team_id: int) -> list[HelpRequest]:
    """Read the open and offered calls of one team, newest first."""
    return list(db.session.scalars(LIVE_CALLS_OF_TEAM, {"team": team_id}))


def find_call(promotion_id: int, call_id: int) -> HelpRequest | None:
    """Return the call with that id, if it is one of the promotion."""
    query = select(HelpRequest).join(HelpRequest.team)
    return db.session.scalar(query.where(HelpRequest.id == call_id, Team.promotion_id == promotion_id))


def is_call_closed(bulletin_id: int) -> bool:
    """Return whether the bulletin has a call for help that is neither open nor offered help."""
    state = db.session.scalar(select(HelpRequest.state).where(HelpRequest.bulletin_id == bulletin_id))
    return state is not None and state not in LIVE


def closed_by_team(bulletins: Collection[int]) -> set[int]:
    """Return the ids of those of `bulletins` whose call for help is resolved or withdrawn."""
    if not bulletins:
        return set()
    query = select(HelpRequest.bulletin_id).where(HelpRequest.bulletin_id.in_(bulletins))
    return set(db.session.scalars(query.where(HelpRequest.state.in_(sorted(CLOSED_BY_TEAM)))))


def calls_to_publish(promotion_id: int, week: Week, bulletins: Collection[int]) -> list[HelpRequest]:
    """Read the live calls that the digest of `week` publishes: those of its `bulletins` (ids), and older ones."""

    def is_published_again(call: HelpRequest) -> bool:
        first = call.published_in
        return first is not None and first < week and is_published_in(week, first, call.renewed_week)

    return [call for call in live_calls(promotion_id) if call.bulletin_id in bulletins or is_published_again(call)]


def last_week_of(call: HelpRequest) -> Week:
    """Return the last week whose digest publishes the call, unless its team renews it."""
    return last_published_week(call.published_in or call.week, call.renewed_week)


def renewable(
    calls: Collection[HelpRequest], promotion: Promotion, now: datetime, *, issued: bool | None = None
) -> set[int]:
    """Return the ids of those of the promotion's `calls` that a renewal at `now` would keep in the digests longer.

    `issued`: whether the digest of the week of `now` exists, where that is known already.
    """
    if not calls:
        return set()
    week = _renewal_week(promotion, now, issued)
    if not promotion.has_week(week):
        return set()
    return {call.id for call in calls if last_published_week(call.published_in or call.week, week) > last_week_of(call)}


def resolve(call: HelpRequest, by: Person, now: datetime) -> None:
    """Close the call: its team has what it asked for; one that is resolved stays as it is. Commits.

    Raises CallClosedError.
    """
    _close(call, HelpState.RESOLVED, by, now)


def withdraw(call: HelpRequest, by: Person, now: datetime) -> None:
    """Close the call: its team asks for it no more; one that is withdrawn stays as it is. Commits.

    Raises CallClosedError.
    """
    _close(call, HelpState.WITHDRAWN, by, now)


def _close(call: HelpRequest, state: HelpState, by: Person, now: datetime) -> None:
    call = lock_call(call.id)  # a colleague may be closing it, too
    if call.state is state:
        return
    _refuse_closed(call)
    call.state, call.closed_at, call.closed_by_id = state, now, by.id
    published_text_changed.send(call.team.promotion, now=now)
    db.session.commit()


def renew(call: HelpRequest, now: datetime) -> None:
    """Publish the call in the next three digests, since its team still needs help. Commits. Raises CallClosedError."""
    call = lock_call(call.id)
    _refuse_closed(call)
    call.renewed_week = _renewal_week(call.team.promotion, now)
    db.session.commit()


def follow_bulletin(bulletin: Bulletin, now: datetime) -> None:
    """Make, change, reopen or withdraw the call of `bulletin`, which is being saved. Never commits."""
    call = db.session.scalar(select(HelpRequest).where(HelpRequest.bulletin_id == bulletin.id))
    if call is None:
        if bulletin.help:
            db.session.add(_new_call(bulletin, now))
    elif bulletin.help:
        # the same text of a resolved call is only saved again; another one calls anew
        calls_anew = call.state is HelpState.RESOLVED and call.text != bulletin.help
        asked_again = call.state is HelpState.WITHDRAWN and not _is_saved_again(bulletin)
        if calls_anew or asked_again:
            call.state, call.closed_at, call.closed_by_id = HelpState.OPEN, None, None
            call.resolution = ""
        call.text, call.html = bulletin.help, bulletin.help_html
    elif call.is_live:
        call.state, call.closed_at, call.closed_by_id = HelpState.WITHDRAWN, now, bulletin.author_id


def _is_saved_again(bulletin: Bulletin) -> bool:
    """Return whether the call in the bulletin was there in the same words in the revision before."""
    return any(revision.help == bulletin.help for revision in bulletin.revisions[-2:-1])


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


def _renewal_week(promotion: Promotion, now: datetime, issued: bool | None = None) -> Week:
    """Return the week in which a renewal at `now` counts: the first one that is not frozen yet."""
    week = promotion.timetable.week_at(now)
    if issued is None:
        issued = is_frozen(promotion.id, week)
    return week.next if issued else week


def _refuse_closed(call: HelpRequest) -> None:
    if not call.is_live:
        raise CallClosedError(f"call {call.id} is {call.state}")
