"""The charts and tables of the engagement page by name, as the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.engagement.call_rows import call_figures
from app.engagement.charts import mood_chart, reading_chart, writing_chart
from app.engagement.csv_file import to_csv
from app.engagement.reading import reading_of
from app.engagement.tables import Table, calls_table, moods_table, reading_table, weeks_table, writing_table
from app.engagement.writing import writing_grid
from app.readership.figures.reports import figures_by_month
from app.teams.models import Promotion


def _writing(promotion: Promotion, now: datetime) -> Table:
    grid = writing_grid(promotion, now)
    teams = ((line.team.name, [cell.writing.value for cell in line.cells]) for line in grid.lines)
    return writing_table([week.label for week in grid.weeks], teams)


CHARTS: dict[str, Callable[[Promotion, datetime], bytes]] = {
    "reading": lambda promotion, now: reading_chart(figures_by_month(promotion, now)),
    "writing": lambda promotion, now: writing_chart(writing_grid(promotion, now).writing),
    "moods": lambda promotion, now: mood_chart(writing_grid(promotion, now).moods),
}
TABLES: dict[str, Callable[[Promotion, datetime], Table]] = {
    "reading": lambda promotion, now: reading_table(reading_of(promotion, now).everything),
    "writing": _writing,
    "weeks": lambda promotion, now: weeks_table(writing_grid(promotion, now).writing),
    "moods": lambda promotion, now: moods_table(writing_grid(promotion, now).moods),
    "calls": lambda promotion, _now: calls_table(call_figures(promotion.id)),
}


def chart(name: str, promotion: Promotion, now: datetime) -> bytes:
    """The chart of that name as SVG, in the language of the request. Raises KeyError for another name."""
    return CHARTS[name](promotion, now)


def table(name: str, promotion: Promotion, now: datetime) -> bytes:
    """The table of that name as CSV. Raises KeyError for another name."""
    return to_csv(TABLES[name](promotion, now))
