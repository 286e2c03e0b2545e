"""Which advice a promotion has, and which of it is for a member now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import and_, bindparam, func, select

from app.advice.models import Advice, AdviceSetAside
from app.advice.rules import (
    FIRST_CALL_SHOWN_FOR,
    Occasion,
    is_shown,
    lacks_time_to_open,
    middle_of,
    programme_week,
    urgency,
)
from app.bulletins.rules import own_team
from app.database import db
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.plans.queries import has_plan
from app.records.milestones import MID
from app.records.models import ChallengeRecord, Milestone
from app.records.values import record_from_document
from app.teams.members import belong_on
from app.teams.models import Membership, Promotion, Team
from app.teams.phases import Phase
from app.teams.roles import Role
from app.weeks import Week

READERS = (Role.EIG, Role.MENTOR)


@dataclass(frozen=True, slots=True)
class AdviceForMember:
    """What a member is advised now, the most urgent first, and what they have set aside of it before."""

    shown: tuple[Advice, ...] = ()
    set_aside: tuple[Advice, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthOfAdvice:
    """The advice of the weeks that begin in a month, its first day; None for advice of events."""

    month: date | None
    advice: tuple[Advice, ...]


def advice_of(promotion: Promotion) -> list[Advice]:
    """Read all advice of a promotion: by week, then that of events."""
    found = db.session.scalars(select(Advice).where(Advice.promotion_id == promotion.id).order_by(Advice.id))
    return sorted(found, key=lambda each: (each.occasion is not Occasion.WEEK, each.week or 0, each.occasion))


def by_month(advice: Iterable[Advice], first: Week) -> list[MonthOfAdvice]:
    """Return `advice`, in the order of `advice_of`, by the months of its weeks; week 1 is `first`."""

    def month_of(each: Advice) -> date | None:
        return (first + (each.week - 1)).day(1).replace(day=1) if each.week else None

    return [MonthOfAdvice(month, tuple(group)) for month, group in groupby(advice, key=month_of)]


def find_advice(promotion_id: int, advice_id: int) -> Advice | None:
    """Return the advice with that id, if it is one of the promotion."""
    return db.session.scalar(select(Advice).where(Advice.id == advice_id, Advice.promotion_id == promotion_id))


# My week asks this at each request: built once.
ADVICE_OF_MEMBER = (
    select(Advice, AdviceSetAside.membership_id)
    .outerjoin(
        AdviceSetAside,
        and_(AdviceSetAside.advice_id == Advice.id, AdviceSetAside.membership_id == bindparam("member")),
    )
    .where(Advice.promotion_id == bindparam("promotion"))
    .order_by(Advice.id)
)


def advice_for(member: Membership, now: datetime) -> AdviceForMember:
    """Return what is advised to a member: to EIGs and mentors of a team, while their promotion runs."""
    promotion, team_id = member.promotion, own_team(member.role, member.team_id)
    if team_id is None or member.team is None or promotion.phase(now) is not Phase.RUNNING:
        return AdviceForMember()
    rows = db.session.execute(ADVICE_OF_MEMBER, {"member": member.id, "promotion": promotion.id}).all()
    if not rows:
        return AdviceForMember()
    current = programme_week(Week.of(promotion.starts_on), promotion.timetable.week_at(now))
    events = events_of(member.team, {advice.occasion for advice, _own in rows}, now)
    to_show = [row for row in rows if is_shown(row[0].occasion, row[0].week, current, events)]
    to_show.sort(key=lambda row: urgency(row[0].occasion, row[0].week))
    return AdviceForMember(
        tuple(advice for advice, set_aside in to_show if set_aside is None),
        tuple(advice for advice, set_aside in to_show if set_aside is not None),
    )


def events_of(team: Team, asked: Collection[Occasion], now: datetime) -> frozenset[Occasion]:
    """Return which of the `asked` events hold of the team at `now`; looks up nothing else."""
    return frozenset(event for event, holds in EVENTS.items() if event in asked and holds(team, now))


def count_readers(promotion: Promotion, now: datetime) -> int:
    """Count the members to whom advice is shown today."""
    query = select(func.count()).select_from(Membership).where(Membership.promotion_id == promotion.id)
    readers = query.where(Membership.role.in_(READERS), Membership.team_id.is_not(None))
    return db.session.scalar(readers.where(belong_on(promotion.today(now)))) or 0


def _lacks_time_to_open(team: Team, _now: datetime) -> bool:
    query = select(Milestone.key, ChallengeRecord.content).join(ChallengeRecord.milestone)
    sent = query.where(ChallengeRecord.team_id == team.id, ChallengeRecord.sent_at.is_not(None))
    documents = db.session.execute(sent)
    return lacks_time_to_open({key: record_from_document(content) for key, content in documents})


def _has_no_plan_at_mid_term(team: Team, now: datetime) -> bool:
    """Return whether the promotion is at its mid-term or past it, and nothing is written in the plan of the team."""
    promotion = team.promotion
    query = select(Milestone.day).where(Milestone.promotion_id == promotion.id, Milestone.key == MID)
    mid_term = db.session.scalar(query) or middle_of(promotion.starts_on, promotion.ends_on)
    return promotion.today(now) >= mid_term and not has_plan(team.id)


def _has_first_called(team: Team, now: datetime) -> bool:
    """Return whether the team's first call for help, that it has not withdrawn, is still fresh."""
    query = select(func.min(HelpRequest.opened_at)).where(HelpRequest.team_id == team.id)
    first = db.session.scalar(query.where(HelpRequest.state != HelpState.WITHDRAWN))
    return first is not None and now - FIRST_CALL_SHOWN_FOR < first <= now


EVENTS: Mapping[Occasion, Callable[[Team, datetime], bool]] = {
    Occasion.CODE_NOT_OPENED: _lacks_time_to_open,
    Occasion.PLAN_EMPTY: _has_no_plan_at_mid_term,
    Occasion.FIRST_CALL: _has_first_called,
}
