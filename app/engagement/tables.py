"""The tables behind the page and its charts, for the files that coordinators take away. Values in, values out.

The columns are named as in `flask figures --format json`, and hold the same values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engagement.by_week import MoodCounts, WritingCounts
from app.engagement.calls import CallFigures
from app.readership.figures.formats import ROUNDING, as_json
from app.readership.figures.monthly import Frequency
from app.readership.figures.published import PublishedFigures
from app.readership.survey import Habit

Value = str | int | float | bool | None
FREQUENCY = (Habit.WEEKLY, Habit.TWICE, Habit.ONCE, Habit.RARELY, Habit.NEVER, Frequency.NONE)  # spans' and months'


@dataclass(frozen=True, slots=True)
class Table:
    """Names of columns, and rows as long as they are; None is an empty cell."""

    columns: tuple[str, ...]
    rows: list[tuple[Value, ...]]


def rounded_down(share: float) -> int:
    """A share in whole percents, never more than it is: what is shown holds. As `flask figures` shows it."""
    return int(share * 100 + ROUNDING)


def reading_table(figures: Iterable[PublishedFigures]) -> Table:
    """A row a group of each of `figures`; the month is empty for all complete months together."""
    rows = [row for each in figures for row in _reading_rows(as_json(each))]
    columns = tuple(_reading_columns())
    return Table(columns, [tuple(row.get(column) for column in columns) for row in rows])


def writing_table(weeks: Sequence[str], teams: Iterable[tuple[str, Sequence[str]]]) -> Table:
    """A row a team, a column a week: what the team did with it."""
    return Table(("team", *weeks), [(name, *cells) for name, cells in teams])


def weeks_table(writing: Iterable[WritingCounts]) -> Table:
    """A row a week: how many teams wrote on time, late, not at all, were paused, and the shares of these."""
    weeks = list(writing)
    names = list(weeks[0].counts) if weeks else []
    rows = [(w.week.label, *w.counts.values(), w.running, *w.shares.values()) for w in weeks]
    return Table(("week", *names, "running", *(f"share_{name}" for name in names)), rows)


def moods_table(moods: Iterable[MoodCounts]) -> Table:
    """A row a week: how many bulletins told each mood, hardest first."""
    weeks = list(moods)
    names = [mood.value for mood in weeks[0].counts] if weeks else []
    return Table(("week", *names), [(week.week.label, *week.counts.values()) for week in weeks])


def calls_table(calls: CallFigures) -> Table:
    """One row: the calls by state, and the median days to the first offer and to the resolution."""
    row: dict[str, Value] = {state.value: count for state, count in calls.by_state.items()}
    row |= {"median_days_to_first_offer": calls.to_first_offer.days, "calls_with_an_offer": calls.to_first_offer.calls}
    row |= {"median_days_to_resolution": calls.to_resolution.days}
    return Table(tuple(row), [tuple(row.values())])


def _reading_columns() -> Iterator[str]:
    yield from ("month", "frozen", "group", "eligible", "readers", "floor", "at_least")
    yield from ("declared_answers", "declared_share", "declared_low", "declared_high")
    yield from (f"declared_{habit}" for habit in Habit)
    yield from ("coverage", "estimate")
    yield from (f"frequency_{name}" for name in FREQUENCY)


def _reading_rows(figures: Mapping[str, Any]) -> Iterator[dict[str, Value]]:
    for name, group in figures["groups"].items():
        row = {key: value for key, value in group.items() if not isinstance(value, Mapping)}
        yield row | {"month": figures["month"], "group": name, "frozen": figures["frozen"], **_flat(group)}


def _flat(group: Mapping[str, Any]) -> dict[str, Value]:
    declared = group["declared"]
    flat = {f"declared_{key}": declared[key] for key in ("answers", "share", "low", "high")}
    flat |= {f"declared_{key}": value for key, value in declared["classes"].items()}
    return flat | {f"frequency_{key}": value for key, value in group["frequency"].items()}
