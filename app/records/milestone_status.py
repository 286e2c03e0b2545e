"""Who has answered at a milestone, team by team: which is no secret."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.database import db
from app.records.milestones import MilestoneState, milestone_order
from app.records.models import ChallengeRecord, Milestone, MilestoneMailing
from app.records.queries import day_within, open_milestones, state_of
from app.records.vocabulary import Responder
from app.teams.models import Promotion, Team

TOLD_ONCE_CLOSED = timedelta(days=7)  # so that the note of each Friday tells it once


class RecordState(StrEnum):
    """What there is of a team's record."""

    SENT = "sent"
    BEGUN = "begun"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FormerName:
    """What a team was called at a milestone."""

    name: str
    milestone_key: str


@dataclass(frozen=True, slots=True)
class TeamStatus:
    """What there is of one team at a milestone.

    `excluded`: the reason why no figure counts it. `is_new`: it did not work yet on the day of the milestone before.
    `mailings`: what was sent to those who answer for it.
    """

    team: Team
    answer: RecordState
    answered_by: Responder | None
    answered_at: datetime | None
    excluded: str | None
    former_name: FormerName | None
    is_new: bool
    mailings: Sequence[MilestoneMailing]


@dataclass(frozen=True, slots=True)
class EndedTeam:
    """A team that worked earlier and no longer did on the milestone's day, with what there is of its record."""

    team: Team
    answer: RecordState


@dataclass(frozen=True, slots=True)
class MilestoneStatus:
    """A milestone, the one before it, and the teams."""

    milestone: Milestone
    state: MilestoneState
    before: Milestone | None
    teams: Sequence[TeamStatus]
    ended: Sequence[EndedTeam]

    @property
    def counted(self) -> list[TeamStatus]:
        """The teams that figures count, once their record is there."""
        return [each for each in self.teams if each.excluded is None]

    @property
    def excluded(self) -> list[TeamStatus]:
        """The teams that no figure counts."""
        return [each for each in self.teams if each.excluded is not None]

    @property
    def answered(self) -> int:
        """How many of the counted teams have sent their record."""
        return sum(each.answer is RecordState.SENT for each in self.counted)

    @property
    def missing(self) -> list[TeamStatus]:
        """The counted teams that have not sent their record."""
        return [each for each in self.counted if each.answer is not RecordState.SENT]

    @property
    def removable(self) -> bool:
        """Whether nothing was sent, of a team that works or of one that has ended: the milestone may be removed."""
        answers = [*(each.answer for each in self.teams), *(each.answer for each in self.ended)]
        return RecordState.SENT not in answers


def milestone_statuses(promotion: Promotion, now: datetime) -> list[MilestoneStatus]:
    """Return every milestone of the promotion with its teams, by time."""
    query = select(Milestone).where(Milestone.promotion_id == promotion.id).options(selectinload(Milestone.exclusions))
    milestones = sorted(db.session.scalars(query), key=lambda each: milestone_order(each.key))
    of_promotion = select(Team).where(Team.promotion_id == promotion.id).options(selectinload(Team.former_names))
    teams = db.session.scalars(of_promotion.order_by(Team.key)).all() if milestones else []
    before = [None, *milestones]
    return [_status(promotion, teams, *pair, now) for pair in zip(milestones, before, strict=False)]


def open_milestone_statuses(promotion: Promotion, now: datetime) -> list[MilestoneStatus]:
    """Return those that the teams may answer at `now`; most of the year there are none, which one look-up tells."""
    if not open_milestones(promotion, now):
        return []
    return [each for each in milestone_statuses(promotion, now) if each.state is MilestoneState.OPEN]


def incomplete_milestones(promotion: Promotion, now: datetime) -> list[MilestoneStatus]:
    """Return the milestones with missing records that teams may answer at `now`, or could until some days ago.

    Most of the year there is none, which takes one look-up.
    """
    today = promotion.today(now)
    of_late = select(Milestone.id).where(Milestone.promotion_id == promotion.id, Milestone.opens_on <= today)
    ids = set(db.session.scalars(of_late.where(Milestone.closes_on >= today - TOLD_ONCE_CLOSED)))
    if not ids:
        return []
    return [each for each in milestone_statuses(promotion, now) if each.milestone.id in ids and each.missing]


def find_milestone_status(promotion: Promotion, key: str, now: datetime) -> MilestoneStatus | None:
    """Return the milestone with its teams."""
    return next((each for each in milestone_statuses(promotion, now) if each.milestone.key == key), None)


def _status(
    promotion: Promotion, teams: Sequence[Team], milestone: Milestone, before: Milestone | None, now: datetime
) -> MilestoneStatus:
    day = day_within(promotion, milestone)
    query = select(ChallengeRecord).where(ChallengeRecord.milestone_id == milestone.id)
    records = {record.team_id: record for record in db.session.scalars(query)}
    mailings = _mailings(milestone)
    reasons = {each.team_id: each.reason for each in milestone.exclusions}
    active = [
        TeamStatus(
            team=team,
            answer=_answer(records.get(team.id)),
            answered_by=_answered_by(records.get(team.id)),
            answered_at=records[team.id].updated_at if team.id in records else None,
            excluded=reasons.get(team.id),
            former_name=_former_name(team, milestone, before),
            is_new=before is not None and not team.is_active(day_within(promotion, before)),
            mailings=mailings.get(team.id, []),
        )
        for team in teams
        if team.is_active(day)
    ]
    ended = [
        EndedTeam(team, _answer(records.get(team.id)))
        for team in teams
        if team.active_until is not None and team.active_until < day
    ]
    return MilestoneStatus(milestone, state_of(promotion, milestone, now), before, active, ended)


def _mailings(milestone: Milestone) -> dict[int, list[MilestoneMailing]]:
    """Return what was sent about each team's record, by the id of the team, oldest first."""
    query = select(MilestoneMailing).where(MilestoneMailing.milestone_id == milestone.id)
    mailings: dict[int, list[MilestoneMailing]] = {}
    for mailing in db.session.scalars(query.order_by(MilestoneMailing.number)):
        mailings.setdefault(mailing.team_id, []).append(mailing)
    return mailings


def _answer(record: ChallengeRecord | None) -> RecordState:
    if record is None:
        return RecordState.NONE
    return RecordState.SENT if record.sent_at else RecordState.BEGUN


def _answered_by(record: ChallengeRecord | None) -> Responder | None:
    said = record.content.get("answered_by") if record else None
    return Responder(str(said)) if said else None


def _former_name(team: Team, milestone: Milestone, before: Milestone | None) -> FormerName | None:
    """Return the latest other name that the team had at the milestone or at the one before it."""
    names = ((team.name_on(each.day), each.key) for each in (milestone, before) if each)
    return next((FormerName(name, key) for name, key in names if name != team.name), None)
