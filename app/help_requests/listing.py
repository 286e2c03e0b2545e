"""What the page of the calls for help shows a member: of one promotion, or of all those that they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from app.access import is_coordinator
from app.bulletins.models import Bulletin
from app.bulletins.rules import own_team
from app.database import db
from app.help_requests.models import HelpOffer, HelpRequest, HelpThanks
from app.help_requests.offers import count_offers, name_with_team, offer_texts, refusal_of
from app.help_requests.rules import LIVE, HelpState, may_close, may_thank
from app.help_requests.service import last_week_of, renewable
from app.teams.models import Membership, Promotion, Team
from app.teams.phases import Phase
from app.teams.roles import Role
from app.weeks import Week

A_PAGE = 20  # calls
RECENT = 5  # resolved calls under the open ones


class Shown(StrEnum):
    """Which calls the page lists: those that are open and the latest that were resolved, or those of one sort."""

    NOW = "now"
    RESOLVED = "resolved"
    ARCHIVED = "archived"


STATES = {
    Shown.NOW: LIVE,
    Shown.RESOLVED: frozenset({HelpState.RESOLVED}),
    Shown.ARCHIVED: frozenset({HelpState.ARCHIVED}),
}


@dataclass(frozen=True, slots=True)
class Offering:
    """What a member sees of the offers on a call.

    `open`: whether they may still offer; `own_text`: the text of their own offer; `received`: how many offers their own
    team got by mail.
    """

    call_id: int
    open: bool
    own_text: str | None
    received: int


@dataclass(frozen=True, slots=True)
class ShownThanks:
    """The words of a team for who offered help. `own`: who looks is thanked; `hideable`: they may hide the words."""

    offer_id: int
    who: str
    text: str
    own: bool
    shown: bool
    hideable: bool


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as a member of its `promotion` sees it, and what they may do with it.

    `last_week`: of the digests that publish it; `thankable`: there is somebody to thank, or to say how it was resolved.
    """

    call: HelpRequest
    promotion: Promotion
    last_week: Week
    age_days: int
    ended: bool
    closable: bool
    renewable: bool
    thankable: bool
    offering: Offering
    thanks: tuple[ShownThanks, ...]


@dataclass(frozen=True, slots=True)
class CallPage:
    """The calls of a page; `next`: the id before which older ones follow, None for the last page."""

    rows: list[CallRow]
    next: int | None


def list_calls(
    members: Sequence[Membership], shown: Shown, now: datetime, *, limit: int | None = None, before: int | None = None
) -> CallPage:
    """List the calls of the promotions of `members`, parts of one person, that these may see, the newest first.

    `limit`: at most so many, of those older than the call with the id `before`.
    """
    query = (
        _visible(members, shown)
        .options(contains_eager(HelpRequest.team).joinedload(Team.promotion))
        .options(contains_eager(HelpRequest.bulletin).load_only(Bulletin.published_in))
        .order_by(HelpRequest.opened_at.desc(), HelpRequest.id.desc())
    )
    if before is not None and (last := db.session.get(HelpRequest, before)):
        same_moment = and_(HelpRequest.opened_at == last.opened_at, HelpRequest.id < last.id)
        query = query.where(or_(HelpRequest.opened_at < last.opened_at, same_moment))
    calls = list(db.session.scalars(query.limit(limit + 1 if limit else None)))
    page = calls[:limit]
    return CallPage(_rows(page, members, now), page[-1].id if limit and len(calls) > limit else None)


def has_calls(members: Sequence[Membership], shown: Shown) -> bool:
    """Return whether `list_calls` would list any."""
    return bool(db.session.scalar(select(_visible(members, shown).exists())))


def offerings(calls: Collection[HelpRequest], members: Mapping[int, Membership], now: datetime) -> dict[int, Offering]:
    """Return for each of `calls`, by its id, what the member of its promotion (its id → them) sees of its offers."""
    own_texts = offer_texts(members.values()) if calls else {}
    counts = count_offers({call.team_id for call in calls} & _own_teams(members.values()))

    def offering(call: HelpRequest) -> Offering:
        own_text = own_texts.get(call.id)
        may_offer = own_text is None and refusal_of(call, members[call.team.promotion_id], now) is None
        return Offering(call.id, may_offer, own_text, received=counts.get(call.id, 0))

    return {call.id: offering(call) for call in calls}


def may_close_call(member: Membership, call: HelpRequest) -> bool:
    """Return whether the member may resolve, renew or withdraw the call, which they may see."""
    return may_close(
        own_team=call.team_id == member.team_id,
        reads_only=member.role is Role.ALUMNI,
        coordinates=is_coordinator(member),
    )


def may_thank_for(member: Membership, call: HelpRequest) -> bool:
    """Return whether the member may thank, in their team's name, who offered help on the call."""
    return may_thank(call.state, own_team=call.team_id == member.team_id, writes=member.role is Role.EIG)


def _visible(members: Sequence[Membership], shown: Shown) -> Select[HelpRequest]:
    return (
        select(HelpRequest)
        .join(HelpRequest.team)
        .join(HelpRequest.bulletin)
        .where(Team.promotion_id.in_([member.promotion_id for member in members]))
        .where(HelpRequest.state.in_(sorted(STATES[shown])))
        .where(or_(Bulletin.published_in.is_not(None), HelpRequest.team_id.in_(_own_teams(members))))
    )


def _own_teams(members: Iterable[Membership]) -> set[int]:
    """Return the ids of the teams whose calls `members` may see before a digest publishes them."""
    return {team for member in members if (team := own_team(member.role, member.team_id))}


def _rows(calls: Sequence[HelpRequest], members: Sequence[Membership], now: datetime) -> list[CallRow]:
    by_promotion = {member.promotion_id: member for member in members}
    shown_offers, thanks = offerings(calls, by_promotion, now), _thanks_on(calls, by_promotion)
    renewed = _renewable(calls, by_promotion, now)

    def row(call: HelpRequest) -> CallRow:
        promotion, member = call.team.promotion, by_promotion[call.team.promotion_id]
        today, zone = promotion.today(now), promotion.timetable.zone
        return CallRow(
            call=call,
            promotion=promotion,
            last_week=last_week_of(call),
            age_days=(today - call.opened_at.astimezone(zone).date()).days,
            ended=promotion.phase(now) is Phase.AFTER,
            closable=call.is_live and may_close_call(member, call),
            renewable=call.id in renewed,
            thankable=may_thank_for(member, call),
            offering=shown_offers[call.id],
            thanks=tuple(thanks[call.id]),
        )

    return [row(call) for call in calls]


def _renewable(calls: Sequence[HelpRequest], members: Mapping[int, Membership], now: datetime) -> set[int]:
    closable: dict[int, list[HelpRequest]] = defaultdict(list)
    for call in calls:
        if call.is_live and may_close_call(members[call.team.promotion_id], call):
            closable[call.team.promotion_id].append(call)
    found = [renewable(theirs, members[promotion].promotion, now) for promotion, theirs in closable.items()]
    return set().union(*found)


def _thanks_on(calls: Sequence[HelpRequest], members: Mapping[int, Membership]) -> dict[int, list[ShownThanks]]:
    """Return the thanks that the member of each call's promotion sees, by the ids of the calls."""
    resolved = {call.id: call for call in calls if call.state is HelpState.RESOLVED}
    found: dict[int, list[ShownThanks]] = defaultdict(list)
    if not resolved:
        return found
    query = (
        select(HelpThanks)
        .join(HelpThanks.offer)
        .options(contains_eager(HelpThanks.offer).joinedload(HelpOffer.membership).joinedload(Membership.person))
        .options(contains_eager(HelpThanks.offer).joinedload(HelpOffer.membership).joinedload(Membership.team))
        .where(HelpOffer.call_id.in_(resolved))
        .order_by(HelpThanks.offer_id)
    )
    for thanks in db.session.scalars(query):
        call = resolved[thanks.offer.call_id]
        member = members[call.team.promotion_id]
        own, of_team = thanks.offer.membership_id == member.id, may_thank_for(member, call)
        if thanks.shown or own or of_team:
            who = name_with_team(thanks.offer.membership)
            hideable = thanks.shown and (own or of_team)
            found[call.id].append(ShownThanks(thanks.offer_id, who, thanks.text, own, thanks.shown, hideable))
    return found
