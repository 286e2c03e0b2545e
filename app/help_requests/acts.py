"""What becomes of a call for help by a word of its team or of the coordination: resolved, or renewed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.bulletins.freeze import is_frozen
from app.database import db
from app.errors import DomainError
from app.help_requests.life import HelpState
from app.help_requests.models import HelpRequest
from app.help_requests.standing import last_week
from app.i18n import lazy_gettext as _l
from app.teams.models import Person, Promotion
from app.weeks import Week


class CallClosedError(DomainError):
    """The call was resolved, withdrawn or archived before."""

    status = 409
    advice = _l("This call for help is closed already.")


def resolve(call: HelpRequest, by: Person, now: datetime) -> None:
    """The team has what it asked for. Raises CallClosedError when the call is closed already."""
    _refuse_closed(call)
    call.state, call.closed_at, call.closed_by_id = HelpState.RESOLVED, now, by.id
    db.session.commit()


def renew(call: HelpRequest, now: datetime) -> None:
    """The call still stands: the next three digests tell it. Raises CallClosedError when the call is closed."""
    _refuse_closed(call)
    call.renewed_week = _renewal_week(call.team.promotion, now)
    db.session.commit()


def last_week_of(call: HelpRequest) -> Week:
    """The last week whose digest tells the call, unless its team renews it."""
    return last_week(call.told_in or call.week, call.renewed_week)


def renewable(
    calls: Collection[HelpRequest], promotion: Promotion, now: datetime, *, issued: bool | None = None
) -> set[int]:
    """The ids of those of the promotion's `calls` that a renewal at `now` would keep in the digests for longer.

    `issued`: whether the digest of the week of `now` is, where that is known already.
    """
    if not calls:
        return set()
    week = _renewal_week(promotion, now, issued)
    return {call.id for call in calls if last_week(call.told_in or call.week, week) > last_week_of(call)}


def _renewal_week(promotion: Promotion, now: datetime, issued: bool | None = None) -> Week:
    """The week in which a renewal at `now` counts: the first one that is not frozen yet."""
    week = promotion.timetable.week_at(now)
    if issued is None:
        issued = is_frozen(promotion.id, week)
    return week.next if issued else week


def _refuse_closed(call: HelpRequest) -> None:
    if not call.is_live:
        raise CallClosedError(f"call {call.id} is {call.state}")
