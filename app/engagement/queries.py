"""Read what the engagement page, its downloads and the Friday note are made of. Their number is always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from textwrap import shorten
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.bulletins.queries import begun_weeks, frozen_weeks, plan_dates
from app.bulletins.rules import Visibility, week_visibility
from app.database import db
from app.digests.writing_status import WritingStatus, writing_status
from app.engagement.calls import CallFigures, CallLife, count_calls
from app.engagement.concerns import PlannedAction, TeamWeeks, UnresolvedCall
from app.engagement.weekly import MoodCounts, WritingCounts, count_moods
from app.help_requests.models import HelpRequest
from app.help_requests.rules import HelpState
from app.help_requests.service import live_calls
from app.letters.outbox import without_placeholders
from app.markdown import to_text
from app.readership.figures.published import PublishedFigures
from app.readership.figures.reports import Absence, NoFiguresError, figures_by_month, promotion_figures
from app.teams.models import Promotion, Team
from app.teams.queries import teams_of
from app.weeks import Week

WAS_TO_WRITE = (WritingStatus.WROTE, WritingStatus.LATE, WritingStatus.MISSING)
EXCERPT = 140  # characters of a call that a note quotes


@dataclass(frozen=True, slots=True)
class Cell:
    """What one team did with one week; `mood` is None when it wrote nothing, or while the text cannot be read yet."""

    writing: WritingStatus
    mood: Mood | None


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team and what it did: one cell for each week of the grid."""

    team: Team
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class WritingGrid:
    """Teams by weeks, the latest week last, and the counts of each week by week.

    A week has no `moods` while its texts cannot be read: they are the coordination's from the closing on.
    """

    rows: list[TeamRow]
    writing: Mapping[Week, WritingCounts]
    moods: Mapping[Week, MoodCounts]

    @property
    def weeks(self) -> list[Week]:
        return list(self.writing)

    def silent_teams(self, week: Week) -> list[Team]:
        """List the teams that have written nothing in the week; none for a week that is not in the grid."""
        if week not in self.writing:
            return []
        column = self.weeks.index(week)
        silent = (WritingStatus.MISSING, WritingStatus.NOT_YET)
        return [row.team for row in self.rows if row.cells[column].writing in silent]


@dataclass(frozen=True, slots=True)
class ReadingFigures:
    """The figures of each month, earliest first; `period`: of the complete months together, or why there are none."""

    months: list[PublishedFigures]
    period: PublishedFigures | None
    absence: Absence | None


def writing_grid(promotion: Promotion, now: datetime) -> WritingGrid:
    """Read what every team did in every week that has begun and has a closing day."""
    timetable = promotion.timetable
    closing_days = {week: day for week in begun_weeks(promotion, now) if (day := timetable.closing_day(week))}
    query = select(Bulletin.team_id, Bulletin.week, Bulletin.late, Bulletin.mood).join(Team)
    bulletins = db.session.execute(query.where(Team.promotion_id == promotion.id))
    written = {(team_id, week): (late, mood) for team_id, week, late, mood in bulletins}

    issued, this_week = frozen_weeks(promotion.id), timetable.week_at(now)
    states = {week: timetable.state(week, now, issued=week in issued) for week in closing_days}

    def is_running(week: Week) -> bool:
        return week == this_week and week not in issued

    def is_readable(week: Week) -> bool:
        return week_visibility(states[week], coordinates=True) is Visibility.ALL

    def cell(team: Team, week: Week) -> Cell:
        late, mood = written.get((team.id, week), (None, None))
        status = writing_status(team, week, closing_days[week], late=late)
        if status is WritingStatus.MISSING and is_running(week):
            status = WritingStatus.NOT_YET
        return Cell(status, mood if is_readable(week) else None)

    rows = [TeamRow(team, [cell(team, week) for week in closing_days]) for team in teams_of(promotion.id)]
    writing, moods = {}, {}
    for column, week in enumerate(closing_days):
        statuses = Counter(row.cells[column].writing for row in rows)
        writing[week] = WritingCounts(
            week=week,
            on_time=statuses[WritingStatus.WROTE],
            late=statuses[WritingStatus.LATE],
            silent=statuses[WritingStatus.MISSING] + statuses[WritingStatus.NOT_YET],
            paused=statuses[WritingStatus.PAUSED],
            running=is_running(week),
        )
        if is_readable(week):
            moods[week] = count_moods(week, (row.cells[column].mood for row in rows))
    return WritingGrid(rows, writing, moods)


def reading_figures(promotion: Promotion, now: datetime) -> ReadingFigures:
    """Read the reading figures of the promotion so far, as far as they may be published."""
    months = figures_by_month(promotion, now)
    try:
        return ReadingFigures(months, promotion_figures(promotion, now), None)
    except NoFiguresError as reason:
        return ReadingFigures(months, None, reason.absence)


def call_figures(promotion_id: int) -> CallFigures:
    """Read what became of the calls for help of the promotion."""
    columns = (HelpRequest.state, HelpRequest.opened_at, HelpRequest.first_offered_at, HelpRequest.closed_at)
    query = select(*columns).join(HelpRequest.team).where(Team.promotion_id == promotion_id)
    return count_calls(CallLife(*row) for row in db.session.execute(query))


def unresolved_calls(promotion: Promotion) -> list[UnresolvedCall]:
    """Read the calls for help that nobody has closed, newest first, each quoted in one line of plain text."""
    zone = ZoneInfo(promotion.timezone)
    return [
        UnresolvedCall(
            team=call.team.name,
            opened_on=call.opened_at.astimezone(zone).date(),
            offered=call.state is HelpState.OFFERED,
            text=without_placeholders(shorten(to_text(call.text), EXCERPT, placeholder=" …")),
        )
        for call in live_calls(promotion.id)
    ]


def weeks_of_teams(promotion: Promotion, last: Week, now: datetime) -> list[TeamWeeks]:
    """Read what each team did week by week, up to the week `last`."""
    grid = writing_grid(promotion, now)
    columns = sum(week <= last for week in grid.weeks)  # the grid may already hold the week that follows
    teams = []
    for row in grid.rows if columns else []:
        cells = row.cells[:columns]
        moods = [cell.mood for cell in cells if cell.writing in WAS_TO_WRITE]
        teams.append(TeamWeeks(row.team.name, expected=cells[-1].writing in WAS_TO_WRITE, moods=moods))
    return teams


def planned_actions(promotion: Promotion, today: date) -> list[PlannedAction]:
    """Read what is to do by a day in the plans of the promotion; teams that have ended can no longer do it."""
    return [
        PlannedAction(planned.team.name, planned.team.slug, planned.day, without_placeholders(planned.text))
        for planned in plan_dates(promotion.id)
        if planned.team.is_active(today)
    ]
