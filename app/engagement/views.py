"""The engagement page: in numbers for every member, by team for the coordination; its charts and tables as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from flask import Blueprint, Response, abort, g, render_template, request

from app import clock
from app.access import Access, access, is_coordinator
from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import Mood
from app.documents.charts import NARROW, WIDE, Size, chart_response
from app.downloads import file_response
from app.engagement.charts import draw_moods, draw_reading, draw_writing
from app.engagement.concerns import find_overdue
from app.engagement.labels import in_words
from app.engagement.queries import (
    ReadingFigures,
    WritingGrid,
    call_figures,
    planned_actions,
    reading_figures,
    writing_grid,
)
from app.engagement.tables import (
    Table,
    calls_table,
    frequency_cells,
    moods_table,
    reading_table,
    rounded_down,
    to_csv,
    weeks_table,
    writing_table,
)
from app.help_requests.rules import HelpState
from app.readership.figures.monthly import Frequency, Group
from app.readership.figures.published import PublishedFigures
from app.readership.figures.reports import Absence, figures_by_month
from app.teams.models import Promotion
from app.teams.phases import Phase

pages = Blueprint("engagement", __name__)


@pages.get("/<slug:promotion_slug>/engagement")
def engagement() -> str:
    """Show this week's count and the months' reading; all of it to the coordination."""
    now = clock.now()
    return _coordination_page(g.promotion, now) if is_coordinator(g.membership) else _members_page(g.promotion, now)


@pages.get("/<slug:promotion_slug>/engagement/<slug:name>.svg")
@access(Access.COORDINATOR)
def chart(name: str) -> Response:
    """Draw one of the page's charts, in the language of the request; with `?narrow`, for a phone."""
    if name not in CHARTS:
        abort(404)
    size = NARROW if "narrow" in request.args else WIDE
    return chart_response(CHARTS[name](g.promotion, clock.now(), size))


@pages.get("/<slug:promotion_slug>/engagement/<slug:name>.csv")
@access(Access.COORDINATOR)
def table(name: str) -> Response:
    """Download one of the page's tables, in the language of the request."""
    if name not in TABLES:
        abort(404)
    content = to_csv(in_words(TABLES[name](g.promotion, clock.now())))
    return file_response(content, "text/csv", f"{g.promotion.slug}-{name}.csv")


def _members_page(promotion: Promotion, now: datetime) -> str:
    months = figures_by_month(promotion, now)[::-1]
    return render_template(
        "engagement/members.html",
        counts=writing_grid(promotion, now).writing.get(promotion.timetable.week_at(now)),
        phase=promotion.phase(now),
        Phase=Phase,
        months=months,
        today=promotion.today(now),
        shows_declared=_shows_declared(months),
        Group=Group,
        percent=rounded_down,
    )


def _coordination_page(promotion: Promotion, now: datetime) -> str:
    grid, reading = writing_grid(promotion, now), reading_figures(promotion, now)
    week, months, today = promotion.timetable.week_at(now), reading.months[::-1], promotion.today(now)
    runs = promotion.phase(now) is Phase.RUNNING
    return render_template(
        "engagement/coordination.html",
        this_week=week,
        today=today,
        phase=promotion.phase(now),
        Phase=Phase,
        counts=grid.writing.get(week),  # None when there is no bulletin to write this week
        moods=grid.moods.get(week),
        silent=grid.silent_teams(week),
        grid=grid,
        reading=reading,
        months=months,
        shows_declared=_shows_declared(months),
        charts=_with_something_to_show(grid, reading),
        calls=call_figures(promotion.id),
        overdue=find_overdue(planned_actions(promotion, today), today) if runs else (),
        Absence=Absence,
        Frequency=Frequency,
        Group=Group,
        HelpState=HelpState,
        Mood=Mood,
        mood_words=MOOD_WORDS,
        frequency_cells=frequency_cells,
        percent=rounded_down,
    )


def _shows_declared(months: Sequence[PublishedFigures]) -> bool:
    """Decide whether the table by month has columns for what was declared: where one share may be shown."""
    return any(group.declared.share is not None for figures in months for group in figures.groups.values())


def _with_something_to_show(grid: WritingGrid, reading: ReadingFigures) -> dict[str, bool]:
    """Return for each chart whether it would have a bar: in a first week none has."""
    eigs = [figures.groups[Group.EIG] for figures in reading.months]
    return {
        "reading": any(eig.floor is not None or eig.declared.share is not None for eig in eigs),
        "writing": any(not week.running for week in grid.writing.values()),
        "moods": any(week.total for week in grid.moods.values()),
    }


def _reading_table(promotion: Promotion, now: datetime) -> Table:
    reading = reading_figures(promotion, now)
    return reading_table([*reading.months, *([reading.period] if reading.period else [])])


def _writing_table(promotion: Promotion, now: datetime) -> Table:
    grid = writing_grid(promotion, now)
    teams = ((row.team.name, [cell.writing for cell in row.cells]) for row in grid.rows)
    return writing_table([week.label for week in grid.weeks], teams)


CHARTS: dict[str, Callable[[Promotion, datetime, Size], bytes]] = {
    "reading": lambda promotion, now, size: draw_reading(figures_by_month(promotion, now), size),
    "writing": lambda promotion, now, size: draw_writing(list(writing_grid(promotion, now).writing.values()), size),
    "moods": lambda promotion, now, size: draw_moods(list(writing_grid(promotion, now).moods.values()), size),
}
TABLES: dict[str, Callable[[Promotion, datetime], Table]] = {
    "reading": _reading_table,
    "writing": _writing_table,
    "weeks": lambda promotion, now: weeks_table(list(writing_grid(promotion, now).writing.values())),
    "moods": lambda promotion, now: moods_table(list(writing_grid(promotion, now).moods.values())),
    "calls": lambda promotion, _now: calls_table(call_figures(promotion.id)),
}
