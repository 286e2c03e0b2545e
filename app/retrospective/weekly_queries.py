"""Read what the weekly bulletins say of a promotion: as stored there, wherever it was stored."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.database import db
from app.digests.models import Digest
from app.engagement.calls import CallLife
from app.engagement.queries import WritingGrid, reading_figures, writing_grid
from app.help_requests.models import HelpRequest
from app.readership.figures.months import last_day_of, month_label
from app.records.milestones import MID
from app.records.models import Milestone
from app.retrospective.weekly_values import MonthMoods, MonthWriting, WeeklyFacts, call_outcomes
from app.small_numbers import is_small
from app.teams.models import Promotion, Team
from app.weeks import Week


def weekly_facts(promotion: Promotion, milestone: Milestone, now: datetime) -> WeeklyFacts:
    """Return what the weekly bulletins say at the milestone: at mid-term up to its day, later all that there is."""
    until = milestone.day if milestone.key == MID else None
    reading = reading_figures(promotion, now)
    grid = writing_grid(promotion, now)
    months = dict(_weeks_by_month(promotion, grid, until))
    wrote = any(week.wrote for week in grid.writing.values())
    return WeeklyFacts(
        reading=tuple(
            each for each in reading.months if each.frozen and (not until or last_day_of(each.months[0]) <= until)
        ),
        period=None if until else reading.period,
        writing=tuple(_written(promotion, grid, months)) if wrote else (),
        moods=tuple(_moods(grid, months)),
        calls=call_outcomes(_calls(promotion), _midnight_after(promotion, until) if until else None),
    )


def _weeks_by_month(promotion: Promotion, grid: WritingGrid, until: date | None) -> Iterable[tuple[date, list[Week]]]:
    """Return the weeks that are over and closed by `until`, by the month that their digests are filed under."""
    weeks: dict[date, list[Week]] = defaultdict(list)
    for week, counts in grid.writing.items():
        month, closing_day = promotion.timetable.month(week), promotion.timetable.closing_day(week)
        if month and closing_day and not counts.running and (until is None or closing_day <= until):
            weeks[month].append(week)
    return weeks.items()


def _written(promotion: Promotion, grid: WritingGrid, months: dict[date, list[Week]]) -> Iterator[MonthWriting]:
    """Yield the months. A week with a digest is counted as that digest did, with the late bulletins.

    Those from a file are among the ones that it counted, which no other late ones are: they are counted once.
    """
    query = select(Digest.week, Digest.content["teams"]).where(Digest.promotion_id == promotion.id)
    issued = {week: (teams["expected"], teams["wrote"]) for week, teams in db.session.execute(query)}
    told_late = _late_in_own_digest(promotion)
    for month, weeks in months.items():
        on_time = late = silent = 0
        for week in weeks:
            counts = grid.writing[week]
            expected, wrote = issued.get(week, (counts.expected, counts.on_time))
            in_time = wrote - told_late[week]
            on_time, late = on_time + in_time, late + counts.late
            silent += max(0, expected - in_time - counts.late)
        yield MonthWriting(month_label(month), on_time, late, silent)


def _late_in_own_digest(promotion: Promotion) -> Counter[Week]:
    """Count by week the late bulletins that the digest of their own week published."""
    query = select(Bulletin.week).join(Team).where(Team.promotion_id == promotion.id)
    return Counter(
        db.session.scalars(query.where(Bulletin.late, Bulletin.imported, Bulletin.published_in == Bulletin.week))
    )


def _moods(grid: WritingGrid, months: dict[date, list[Week]]) -> Iterator[MonthMoods]:
    """Yield the months in which so many teams wrote that none can be recognised."""
    columns = {week: column for column, week in enumerate(grid.weeks)}
    for month, weeks in months.items():
        moods = [[row.cells[columns[week]].mood for week in weeks] for row in grid.rows]
        if not is_small(sum(any(of_team) for of_team in moods)):
            counts = Counter(mood for of_team in moods for mood in of_team)
            yield MonthMoods(month_label(month), {mood: counts[mood] for mood in Mood})


def _calls(promotion: Promotion) -> list[CallLife]:
    columns = (HelpRequest.state, HelpRequest.opened_at, HelpRequest.first_offered_at, HelpRequest.closed_at)
    query = select(*columns).join(HelpRequest.team).where(Team.promotion_id == promotion.id)
    return [CallLife(*row) for row in db.session.execute(query)]


def _midnight_after(promotion: Promotion, day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(promotion.timezone))
