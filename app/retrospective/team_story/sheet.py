"""A challenge on two pages, for the closing event: what it is, what it made, what remains of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.documents.blocks import Block, Bullets, DataTable, Document, Heading, KeyFigure, Paragraph, ParagraphStyle
from app.documents.pdf import to_pdf, to_png
from app.i18n import current_locale, ngettext, short_date
from app.i18n import gettext as _
from app.retrospective.team_story.document import calls_answered_in_words, mood_chart, subtitle, weeks_in_words
from app.retrospective.team_story.plan_blocks import scenario_in_words
from app.retrospective.team_story.record_blocks import indicator_blocks, record_facts
from app.retrospective.team_story.values import TeamStory

PAGES = 2
TO_COUNT = 36  # dots an inch: images of pages that are counted and not looked at; patterns have to be a dot wide


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a story a sheet takes: characters of a text, of a line, and lines of a list."""

    text: int
    line: int
    lines: int
    has_chart: bool = True


LIMITS = (
    Limits(1500, 300, 12),
    Limits(800, 160, 8),
    Limits(500, 110, 6),
    Limits(250, 70, 4, has_chart=False),
    Limits(120, 40, 3, has_chart=False),
)


def sheet_pdf(story: TeamStory, moment: datetime) -> bytes:
    """Return the sheet as a PDF of two pages at most: with as much of the story as they hold."""
    for limits in LIMITS[:-1]:
        document = sheet_document(story, limits)
        if len(to_png(document, moment, ppi=TO_COUNT)) <= PAGES:
            return to_pdf(document, moment)
    return to_pdf(sheet_document(story, LIMITS[-1]), moment)


def sheet_document(story: TeamStory, limits: Limits) -> Document:
    """Return the sheet with as much of the story as `limits` allows."""
    return Document(
        title=_cut(story.team, limits.line),
        locale=current_locale(),
        blocks=tuple(_blocks(story, limits)),
        subtitle=_cut(subtitle(story), limits.line),
        author=_cut(story.administration, limits.line),
    )


def _blocks(story: TeamStory, limits: Limits) -> Iterator[Block]:
    if story.summary:
        yield Paragraph(_cut(story.summary, limits.text), ParagraphStyle.LEAD)
    yield from _what_is_left(story, limits)
    if story.key_dates:
        yield Heading(_("Days that mattered"))
        yield _list([f"{short_date(day)}{_(': ')}{text}" for day, text in story.key_dates], limits)
    if story.weeks:
        yield Heading(_("In numbers"))
        yield from _numbers(story)
        if limits.has_chart:
            yield replace(mood_chart(story.weeks), table=None)


def _what_is_left(story: TeamStory, limits: Limits) -> Iterator[Block]:
    """Yield what the last record says, its indicators, and how the challenge is to go on."""
    if story.records:
        yield Heading(_("What has become of it"))
        yield _list(record_facts(story.records[-1].record) or (_("Nothing is told."),), limits)
    for block in indicator_blocks(story.records[-1:], most=limits.lines):
        yield _cut_table(block, limits) if isinstance(block, DataTable) else block
    if story.plan and (story.plan.vision or story.plan.scenarios):
        yield Heading(_("How it is to last"))
        if story.plan.vision:
            yield Paragraph(_cut(story.plan.vision, limits.text))
        if story.plan.scenarios:
            yield _list([scenario_in_words(scenario) for scenario in story.plan.scenarios], limits)


def _numbers(story: TeamStory) -> Iterator[Block]:
    yield KeyFigure(str(len(story.weeks)), "", weeks_in_words(story))
    if story.calls:
        asked = len(story.calls)
        yield KeyFigure(str(asked), "", ngettext("%(num)d request for help", "%(num)d requests for help", asked))
    if story.calls_answered:
        yield KeyFigure(str(story.calls_answered), "", calls_answered_in_words(story))


def _list(items: Sequence[str], limits: Limits) -> Bullets:
    """Return the first lines, each cut, and how many there are beside."""
    shown = [_cut(item, limits.line) for item in items[: limits.lines]]
    left = len(items) - len(shown)
    return Bullets((*shown, _("and %(number)d more", number=left)) if left else tuple(shown))


def _cut_table(table: DataTable, limits: Limits) -> DataTable:
    rows = tuple(
        tuple(_cut(cell, limits.line // 2) if isinstance(cell, str) else cell for cell in row) for row in table.rows
    )
    return replace(table, rows=rows)


def _cut(text: str, most: int) -> str:
    """Return `text` on one line, of at most `most` characters, cut between words where it has any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head, _space, _word = line[: most - 1].rpartition(" ")
    return (head or line[: most - 1]) + "…"
