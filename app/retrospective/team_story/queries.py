"""Read a team's story: what its own members may read at a moment, or the coordination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.bulletins.models import Bulletin, KeyDate
from app.bulletins.queries import bulletins_of_team
from app.database import db
from app.help_requests.models import HelpOffer, HelpRequest
from app.plans.queries import find_plan
from app.records.milestones import milestone_order
from app.records.models import ChallengeRecord
from app.records.values import record_from_document
from app.retrospective.team_story.values import StoryCall, StoryRecord, StoryWeek, TeamStory
from app.teams.models import Membership, Team


def read_story(reader: Membership, team: Team, now: datetime, *, coordinates: bool) -> TeamStory:
    """Return the story of the team as `reader` may read it; they are of the team, or of the coordination."""
    bulletins = bulletins_of_team(reader, team, now, coordinates=coordinates)[::-1]
    return TeamStory(
        team=team.name,
        administration=team.administration,
        summary=team.summary,
        promotion=team.promotion.name,
        locale=team.promotion.locale,
        weeks=tuple(_week(team, bulletin) for bulletin in bulletins),
        key_dates=tuple(_key_dates(team, bulletins)),
        calls=tuple(_calls(team, bulletins)),
        calls_answered=_count_calls_answered(team),
        records=tuple(_records(team)),
        plan=find_plan(team),
    )


def _week(team: Team, bulletin: Bulletin) -> StoryWeek:
    return StoryWeek(
        week=bulletin.week,
        month=team.promotion.timetable.month(bulletin.week) or bulletin.week.monday.replace(day=1),
        mood=bulletin.mood,
        priorities_html=bulletin.priorities_html,
        ups_and_downs_html=bulletin.ups_and_downs_html,
    )


def _key_dates(team: Team, bulletins: Sequence[Bulletin]) -> Iterator[tuple[date, str]]:
    """Yield those of the bulletins that may be read, and those of the plan."""
    may_read = or_(KeyDate.bulletin_id.is_(None), KeyDate.bulletin_id.in_([each.id for each in bulletins]))
    query = select(KeyDate.day, KeyDate.text).where(KeyDate.team_id == team.id, may_read)
    yield from ((day, text) for day, text in db.session.execute(query.order_by(KeyDate.day, KeyDate.id)))


def _calls(team: Team, bulletins: Sequence[Bulletin]) -> Iterator[StoryCall]:
    offers = select(func.count()).where(HelpOffer.call_id == HelpRequest.id).scalar_subquery()
    query = (
        select(HelpRequest.week, HelpRequest.html, HelpRequest.state, offers)
        .where(HelpRequest.team_id == team.id, HelpRequest.bulletin_id.in_([each.id for each in bulletins]))
        .order_by(HelpRequest.week)
    )
    for row in db.session.execute(query):
        yield StoryCall(*row)


def _count_calls_answered(team: Team) -> int:
    """Return how many calls of other teams members of this one have offered to help with."""
    query = (
        select(func.count(HelpOffer.call_id.distinct()))
        .join(HelpOffer.membership)
        .join(HelpOffer.call)
        .where(Membership.team_id == team.id, HelpRequest.team_id != team.id)
    )
    return db.session.scalar(query) or 0


def _records(team: Team) -> Iterator[StoryRecord]:
    """Yield the records that were sent, by milestone."""
    query = (
        select(ChallengeRecord)
        .options(joinedload(ChallengeRecord.milestone))
        .where(ChallengeRecord.team_id == team.id, ChallengeRecord.sent_at.is_not(None))
    )
    rows = db.session.scalars(query).all()
    for row in sorted(rows, key=lambda each: milestone_order(each.milestone.key)):
        yield StoryRecord(row.milestone.key, row.milestone.day, record_from_document(row.content))
