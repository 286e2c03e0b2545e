"""What the database holds for the digest of a week, as the values that `compose` takes."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.bulletins.freeze import bulletins_to_publish
from app.bulletins.models import Bulletin, KeyDate
from app.database import db
from app.digests.composition import (
    KEY_DATES_AHEAD,
    Composition,
    DigestBulletin,
    DigestCall,
    DigestKeyDate,
    TeamCounts,
    compose,
)
from app.digests.errors import NoDigestError
from app.digests.introductions import find_introduction
from app.help_requests.models import HelpRequest
from app.help_requests.service import calls_to_publish
from app.markdown import to_html
from app.teams.models import Promotion, Team
from app.teams.queries import teams_of
from app.weeks import Week


def compose_week(promotion: Promotion, week: Week) -> Composition:
    """Return the digest of the week as it would be now. Raises NoDigestError for a week without a working day."""
    day = planned_day(promotion, week)
    bulletins = bulletins_to_publish(promotion.id, week)
    ids = {bulletin.id for bulletin in bulletins}
    calls = calls_to_publish(promotion.id, week, ids)
    zone = ZoneInfo(promotion.timezone)
    introduction = find_introduction(promotion.id, week)
    return compose(
        promotion=promotion.name,
        locale=promotion.locale,
        week=week,
        day=day,
        teams=count_teams(promotion.id, week, day, {b.team_id for b in bulletins if b.week == week}),
        introduction=introduction.text if introduction else "",
        introduction_html=to_html(introduction.text) if introduction else "",
        bulletins=[_digest_bulletin(bulletin) for bulletin in bulletins],
        calls=[_digest_call(call, day, zone, new=call.bulletin_id in ids) for call in calls],
        dates=_key_dates(promotion.id, week, day, ids),
    )


def planned_day(promotion: Promotion, week: Week) -> date:
    """Return the day the week's digest is planned for. Raises NoDigestError when there is none."""
    if not promotion.has_week(week):
        dates = f"from {promotion.starts_on} to {promotion.ends_on}"
        raise NoDigestError(f"{week} is not a week of {promotion.name}, which runs {dates}: name one of its weeks.")
    day = promotion.timetable.closing_day(week)
    if day is None:
        raise NoDigestError(f"{week} has no working day, so no bulletin and no digest: name another week.")
    return day


def count_teams(promotion_id: int, week: Week, day: date, wrote: set[int]) -> TeamCounts:
    """Count the teams of the week; expected are those active on its closing `day` and not paused.

    The teams that `wrote` (ids) are expected all the same.
    """
    teams = [team for team in teams_of(promotion_id) if team.is_active(day) or team.id in wrote]
    paused = {team.id for team in teams if team.is_paused(week)} - wrote
    return TeamCounts(expected=len(teams) - len(paused), wrote=len(wrote), paused=len(paused))


def _digest_bulletin(bulletin: Bulletin) -> DigestBulletin:
    return DigestBulletin(
        team=bulletin.team.name,
        slug=bulletin.team.slug,
        week=bulletin.week,
        mood=bulletin.mood,
        priorities=bulletin.priorities,
        ups_and_downs=bulletin.ups_and_downs,
        help=bulletin.help,
        priorities_html=bulletin.priorities_html,
        ups_and_downs_html=bulletin.ups_and_downs_html,
        notice=bulletin.notice,
        bulletin_id=bulletin.id,
    )


def _digest_call(call: HelpRequest, day: date, zone: ZoneInfo, *, new: bool) -> DigestCall:
    age = day - call.opened_at.astimezone(zone).date()
    return DigestCall(
        team=call.team.name,
        text=call.text,
        html=call.html,
        age_days=max(age.days, 0),
        new=new,
        bulletin_id=call.bulletin_id,
    )


def _key_dates(promotion_id: int, week: Week, day: date, bulletin_ids: set[int]) -> list[DigestKeyDate]:
    """Return the key dates of the seven days from `day`: plans', and those of bulletins that a digest has by then."""
    query = (
        select(KeyDate)
        .join(KeyDate.team)
        .outerjoin(KeyDate.bulletin)
        .options(joinedload(KeyDate.team))
        .where(Team.promotion_id == promotion_id, KeyDate.day.between(day, day + KEY_DATES_AHEAD))
        .where(or_(KeyDate.bulletin_id.is_(None), Bulletin.id.in_(bulletin_ids), Bulletin.published_in < week))
    )
    return [DigestKeyDate(d.team.name, d.day, d.text, d.bulletin_id) for d in db.session.scalars(query)]
