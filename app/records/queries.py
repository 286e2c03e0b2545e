"""Find the milestones of a promotion, and what is recorded at one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.database import db
from app.records.file_format import RecordsFile, TeamEntry
from app.records.milestones import MilestoneState, milestone_order, milestone_state
from app.records.models import ChallengeRecord, HeadCount, Milestone, MilestoneExclusion
from app.records.values import record_from_document, survey_from_document
from app.records.vocabulary import SurveyPublic
from app.teams.members import belong_on
from app.teams.models import Membership, Promotion, Team
from app.teams.roles import Role

# My week asks this at each request: built once. Whoever moved a milestone meanwhile, it is read anew.
OPEN_MILESTONES = (
    select(Milestone)
    .where(Milestone.promotion_id == bindparam("promotion"))
    .where(Milestone.opens_on <= bindparam("today"), Milestone.closes_on >= bindparam("today"))
    .execution_options(populate_existing=True)
)


def find_milestone(promotion: Promotion, key: str) -> Milestone | None:
    """Return a milestone with all that is recorded at it."""
    query = (
        select(Milestone)
        .where(Milestone.promotion_id == promotion.id, Milestone.key == key)
        .options(
            selectinload(Milestone.records).joinedload(ChallengeRecord.team),
            selectinload(Milestone.exclusions).joinedload(MilestoneExclusion.team),
            selectinload(Milestone.head_counts).joinedload(HeadCount.team),
            selectinload(Milestone.surveys),
        )
    )
    return db.session.scalar(query)


def find_milestone_row(promotion: Promotion, key: str) -> Milestone | None:
    """Return a milestone, without what is recorded at it."""
    return db.session.scalar(select(Milestone).where(Milestone.promotion_id == promotion.id, Milestone.key == key))


def find_record(milestone: Milestone, team: Team) -> ChallengeRecord | None:
    """Return the record of a team at a milestone, sent or only begun."""
    query = select(ChallengeRecord).where(
        ChallengeRecord.milestone_id == milestone.id, ChallengeRecord.team_id == team.id
    )
    return db.session.scalar(query)


def records_of_team(team: Team) -> list[ChallengeRecord]:
    """Return the records of a team that were sent, with their milestones, the latest first."""
    query = (
        select(ChallengeRecord)
        .options(joinedload(ChallengeRecord.milestone))
        .where(ChallengeRecord.team_id == team.id, ChallengeRecord.sent_at.is_not(None))
    )
    found = list(db.session.scalars(query))
    return sorted(found, key=lambda each: milestone_order(each.milestone.key), reverse=True)


def find_earlier_record(milestone: Milestone, team: Team) -> ChallengeRecord | None:
    """Return the team's last record of an earlier milestone, if one was sent."""
    here = milestone_order(milestone.key)
    return next((each for each in records_of_team(team) if milestone_order(each.milestone.key) < here), None)


def milestone_keys(promotion: Promotion) -> list[str]:
    """Return the keys of the promotion's milestones, by time."""
    keys = db.session.scalars(select(Milestone.key).where(Milestone.promotion_id == promotion.id))
    return sorted(keys, key=milestone_order)


def open_milestones(promotion: Promotion, now: datetime) -> list[Milestone]:
    """Return the milestones that the teams may answer at `now`, by time; read anew, whoever moved them meanwhile."""
    milestones = db.session.scalars(OPEN_MILESTONES, {"promotion": promotion.id, "today": promotion.today(now)})
    return sorted(milestones, key=lambda each: milestone_order(each.key))


def state_of(promotion: Promotion, milestone: Milestone, now: datetime) -> MilestoneState:
    """Return whether the teams may answer at `now`."""
    return milestone_state(milestone.opens_on, milestone.closes_on, promotion.today(now))


def teams_done(milestone: Milestone) -> set[int]:
    """Return the ids of the teams that nobody is to be asked about: their record was sent, or they are excluded."""
    sent = select(ChallengeRecord.team_id).where(
        ChallengeRecord.milestone_id == milestone.id, ChallengeRecord.sent_at.is_not(None)
    )
    excluded = select(MilestoneExclusion.team_id).where(MilestoneExclusion.milestone_id == milestone.id)
    return {*db.session.scalars(sent), *db.session.scalars(excluded)}


def day_within(promotion: Promotion, milestone: Milestone) -> date:
    """Return the milestone's day; months after the end, the promotion's last."""
    return promotion.nearest_day(milestone.day)


def active_teams(promotion: Promotion, milestone: Milestone) -> Sequence[Team]:
    """Return the teams that work on the milestone's day; months after the end, those that worked on the last day."""
    day = day_within(promotion, milestone)
    return [team for team in promotion.teams if team.is_active(day)]


def roster_heads(promotion: Promotion, milestone: Milestone) -> dict[int, int]:
    """Return how many EIGs each team had on the milestone's day, or on the promotion's last, by the id of the team."""
    day = day_within(promotion, milestone)
    query = (
        select(Membership.team_id, func.count())
        .where(Membership.promotion_id == promotion.id, Membership.role.in_([Role.EIG, Role.ALUMNI]), belong_on(day))
        .group_by(Membership.team_id)
    )
    return {team_id: heads for team_id, heads in db.session.execute(query) if team_id is not None}


def heads_of(milestone: Milestone, team: Team) -> int | None:
    """Return how many EIGs the team had, by the milestone's own counts or else by the roster; None if nobody knows."""
    own = {each.team_id: each.heads for each in milestone.head_counts}
    return own[team.id] if team.id in own else roster_heads(team.promotion, milestone).get(team.id)


def as_file(promotion: Promotion, milestone: Milestone) -> RecordsFile:
    """Return what is recorded at the milestone, teams in the order of their names."""
    return RecordsFile(
        promotion.slug,
        milestone.key,
        milestone.day,
        tuple(
            TeamEntry(each.team.name, record_from_document(each.content))
            for each in sorted(milestone.records, key=lambda each: each.team.key)
        ),
        tuple(
            TeamEntry(each.team.name, each.reason)
            for each in sorted(milestone.exclusions, key=lambda each: each.team.key)
        ),
        tuple(
            TeamEntry(each.team.name, each.heads)
            for each in sorted(milestone.head_counts, key=lambda each: each.team.key)
        ),
        {
            public: survey_from_document(each.content)
            for public in SurveyPublic
            for each in milestone.surveys
            if each.public is public
        },
    )
