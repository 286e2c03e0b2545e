"""What a team's records say, as blocks. Where its people went is left out: the story may leave the team."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.documents.blocks import Block, Bullets, DataTable, Heading
from app.i18n import gettext as _
from app.i18n import month_name, short_date, upper_first
from app.records.indicators import Indicator, name_key
from app.records.reading import Line, read_record, with_unit
from app.records.values import TeamRecord
from app.records.words import milestone_name
from app.retrospective.team_story.values import StoryRecord


def record_blocks(records: Sequence[StoryRecord]) -> Iterator[Block]:
    """Yield what each record says, milestone by milestone."""
    if records:
        yield Heading(_("What has become of the challenge"), anchor="record")
    for each in records:
        yield Heading(f"{upper_first(milestone_name(each.milestone))} ({short_date(each.day)})", level=3)
        yield Bullets(record_facts(each.record) or (_("Nothing is told."),))


def record_facts(record: TeamRecord) -> tuple[str, ...]:
    """Return each thing that the record tells, in a line of its own; indicators have a table."""
    answers = [answer for section in read_record(record, with_people=False) for answer in section.answers]
    return tuple(
        f"{answer.label}{_(': ')}{', '.join(map(_in_words, answer.lines))}"
        for answer in answers
        if answer.lines and answer.field != "indicators"
    )


def indicator_blocks(records: Sequence[StoryRecord], most: int | None = None) -> Iterator[Block]:
    """Yield the table of indicators: before, at each milestone, and what is aimed at; the first `most` of them."""
    measured = [(each, {name_key(one.name): one for one in each.record.indicators or ()}) for each in records]
    told = [(record, indicators) for record, indicators in measured if indicators]
    keys = list(dict.fromkeys(key for _record, indicators in told for key in indicators))[:most]
    if not keys:
        return
    yield Heading(_("Indicators"), anchor="indicators")
    milestones = [upper_first(milestone_name(record.milestone)) for record, _indicators in told]
    columns = (_("Indicator"), _("Before"), *milestones, _("Target"))
    rows = tuple(tuple(_cells(key, [indicators for _record, indicators in told])) for key in keys)
    yield DataTable(_("What the team measured"), columns, rows, tuple(range(1, len(columns))))


def _cells(key: str, measured: Sequence[Mapping[str, Indicator]]) -> Iterator[str | None]:
    """Yield a row; the last milestone that has the indicator says what was before and what is aimed at."""
    at = [indicators.get(key) for indicators in measured]
    last = next(each for each in reversed(at) if each is not None)
    yield last.name
    yield _value(last.baseline, last, last.baseline_on)
    for each in at:
        yield _value(each.value, each) if each else None
    yield _value(last.target, last, last.target_on)


def _value(value: float | None, indicator: Indicator, day: date | None = None) -> str | None:
    if value is None:
        return None
    return f"{with_unit(value, indicator)} ({month_name(day)})" if day else with_unit(value, indicator)


def _in_words(line: Line) -> str:
    beside = ", ".join(part for part in (line.detail, line.url) if part)
    return f"{line.text} ({beside})" if beside else line.text
