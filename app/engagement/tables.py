"""The tables behind the page and its charts, and their CSV files. Values in, values out.

The columns are named as in `flask figures --format json`, and hold the same values; `labels.py` says them in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.bulletins.moods import Mood
from app.engagement.calls import CallFigures
from app.engagement.weekly import MoodCounts, WritingCounts
from app.readership.figures.formats import ROUNDING, class_counts
from app.readership.figures.monthly import Frequency
from app.readership.figures.months import month_label
from app.readership.figures.published import Block, PublishedFigures
from app.readership.survey import Habit
from app.spreadsheets import write_sheet

Value = str | int | float | bool | None

# The classes of months and those of the period of all complete months share their columns.
FREQUENCY = (Habit.WEEKLY, Habit.TWICE, Habit.ONCE, Habit.RARELY, Habit.NEVER, Frequency.NONE)
READING_COLUMNS = (
    *("month", "frozen", "group", "eligible", "readers", "floor", "at_least"),
    *("declared_answers", "declared_share", "declared_at_least", "declared_low", "declared_high"),
    *(f"declared_{habit}" for habit in Habit),
    *("coverage", "coverage_at_least", "estimate"),
    *(f"frequency_{name}" for name in FREQUENCY),
)


@dataclass(frozen=True, slots=True)
class Table:
    """Names of columns, and rows as long as they are; None is an empty cell."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]


class FrequencyCell(NamedTuple):
    """A cell as wide as `columns`; `members` is None where nobody can be in the class or nothing may be shown."""

    columns: int
    members: int | None


def rounded_down(share: float) -> int:
    """Give `share` (0 to 1) in whole percents, never more than it is, as `flask figures` shows it."""
    return int(share * 100 + ROUNDING)


def reading_table(figures: Iterable[PublishedFigures]) -> Table:
    """Give a row for each group of each of `figures`; the month is empty for all complete months together."""
    rows: list[tuple[Value, ...]] = []
    for each in figures:
        for group, published in each.groups.items():
            declared, readers = published.declared, published.readers
            answers = class_counts(Habit, declared.classes)
            frequency = class_counts(each.classes, published.frequency)
            rows.append(
                (
                    *(month_label(each.month) if each.month else None, each.frozen, group, published.eligible),
                    *(readers.least if readers else None, published.floor, published.at_least),
                    *(declared.answers.least if declared.answers else None, declared.share),
                    *(declared.is_lower_bound, *declared.interval),
                    *(answers[habit] for habit in Habit),
                    *(published.coverage, published.covers_at_least, published.estimate),
                    *(frequency.get(name) for name in FREQUENCY),
                )
            )
    return Table(READING_COLUMNS, rows)


def writing_table(weeks: Sequence[str], teams: Iterable[tuple[str, Sequence[str]]]) -> Table:
    """Give a row for each team (its name, and what it did in each of `weeks`), a column for each week."""
    return Table(("team", *weeks), [(name, *cells) for name, cells in teams])


def weeks_table(weeks: Sequence[WritingCounts]) -> Table:
    """Give a row for each week: how many teams wrote on time, late, not at all, were paused, and their shares."""
    names = list(weeks[0].counts) if weeks else []
    rows = [(week.week.label, *_counts(week), week.running, *week.shares.values()) for week in weeks]
    return Table(("week", *names, "running", *(f"share_{name}" for name in names)), rows)


def _counts(week: WritingCounts) -> list[int | None]:
    """Return the counts of a week, without that of the silent teams while they may still write."""
    return [None if week.running and name == "silent" else count for name, count in week.counts.items()]


def moods_table(weeks: Sequence[MoodCounts]) -> Table:
    """Give a row for each week: how many bulletins gave each mood, hardest first."""
    return Table(("week", *(mood.value for mood in Mood)), [(week.week.label, *week.counts.values()) for week in weeks])


def calls_table(calls: CallFigures) -> Table:
    """Give one row: the calls by state, and the median days to the first offer and to the resolution."""
    row: dict[str, Value] = {state.value: count for state, count in calls.by_state.items()}
    row |= {"median_days_to_first_offer": calls.to_first_offer.days, "calls_with_an_offer": calls.to_first_offer.calls}
    row |= {"median_days_to_resolution": calls.to_resolution.days}
    return Table(tuple(row), [tuple(row.values())])


def frequency_cells(classes: int, blocks: Sequence[Block]) -> list[FrequencyCell]:
    """Lay published `blocks` out as the cells of a row of `classes` columns: classes counted together share a cell.

    A class that no block holds gets an empty cell of its own.
    """
    cells = []
    column = 0
    for block in blocks:
        cells += [FrequencyCell(1, None)] * (block.classes[0] - column)
        column = block.classes[-1] + 1
        cells.append(FrequencyCell(column - block.classes[0], block.members))
    return cells + [FrequencyCell(1, None)] * (classes - column)


def to_csv(table: Table) -> str:
    """Write the table as a CSV file for a French spreadsheet, the names of the columns first.

    Numbers have a comma; yes and no are 1 and 0. Nothing is rounded.
    """
    return write_sheet(table.columns, ([_csv_cell(value) for value in row] for row in table.rows))


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(int(value))
    return str(value).replace(".", ",")
