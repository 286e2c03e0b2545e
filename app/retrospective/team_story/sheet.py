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
class Room:
    """How much of a story a sheet takes: characters of a text, of a line, and lines of a list."""

    text: int
    line: int
    lines: int
    has_chart: bool = True


ROOMS = (
    Room(1500, 300, 12),
    Room(800, 160, 8),
    Room(500, 110, 6),
    Room(250, 70, 4, has_chart=False),
    Room(120, 40, 3, has_chart=False),
)


def sheet_pdf(story: TeamStory, moment: datetime) -> bytes:
    """Return the sheet as a PDF of two pages at most: with as much of the story as they take."""
    for room in ROOMS[:-1]:
        document = sheet_document(story, room)
        if len(to_png(document, moment, ppi=TO_COUNT)) <= PAGES:
            return to_pdf(document, moment)
    return to_pdf(sheet_document(story, ROOMS[-1]), moment)


def sheet_document(story: TeamStory, room: Room) -> Document:
    """Return the sheet with as much as `room` says."""
    return Document(
        title=_cut(story.team, room.line),
        locale=current_locale(),
        blocks=tuple(_blocks(story, room)),
        subtitle=_cut(subtitle(story), room.line),
        author=_cut(story.administration, room.line),
    )


def _blocks(story: TeamStory, room: Room) -> Iterator[Block]:
    if story.summary:
        yield Paragraph(_cut(story.summary, room.text), ParagraphStyle.LEAD)
    yield from _what_is_left(story, room)
    if story.key_dates:
        yield Heading(_("Days that mattered"))
        yield _list([f"{short_date(day)}{_(': ')}{text}" for day, text in story.key_dates], room)
    if story.weeks:
        yield Heading(_("In numbers"))
        yield from _numbers(story)
        if room.has_chart:
            yield replace(mood_chart(story.weeks), table=None)


def _what_is_left(story: TeamStory, room: Room) -> Iterator[Block]:
    """Yield what the last record says, its indicators, and how the challenge is to go on."""
    if story.records:
        yield Heading(_("What has become of it"))
        yield _list(record_facts(story.records[-1].record) or (_("Nothing is told."),), room)
    for block in indicator_blocks(story.records[-1:], most=room.lines):
        yield _cut_table(block, room) if isinstance(block, DataTable) else block
    if story.plan and (story.plan.vision or story.plan.scenarios):
        yield Heading(_("How it is to last"))
        if story.plan.vision:
            yield Paragraph(_cut(story.plan.vision, room.text))
        if story.plan.scenarios:
            yield _list([scenario_in_words(scenario) for scenario in story.plan.scenarios], room)


def _numbers(story: TeamStory) -> Iterator[Block]:
    yield KeyFigure(str(len(story.weeks)), "", weeks_in_words(story))
    if story.calls:
        asked = len(story.calls)
        yield KeyFigure(str(asked), "", ngettext("%(num)d request for help", "%(num)d requests for help", asked))
    if story.calls_answered:
        yield KeyFigure(str(story.calls_answered), "", calls_answered_in_words(story))


def _list(items: Sequence[str], room: Room) -> Bullets:
    """Return the first lines, each cut, and how many there are beside."""
    shown = [_cut(item, room.line) for item in items[: room.lines]]
    left = len(items) - len(shown)
    return Bullets((*shown, _("and %(number)d more", number=left)) if left else tuple(shown))


def _cut_table(table: DataTable, room: Room) -> DataTable:
    rows = tuple(
        tuple(_cut(cell, room.line // 2) if isinstance(cell, str) else cell for cell in row) for row in table.rows
    )
    return replace(table, rows=rows)


def _cut(text: str, most: int) -> str:
    """Return `text` on one line, of at most `most` characters, cut between words where it has any."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    head, _space, _word = line[: most - 1].rpartition(" ")
    return (head or line[: most - 1]) + "…"
