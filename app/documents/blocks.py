"""The blocks that a document is made of. Values in, values out.

Every text is in the document's language, unless its block says another, and is shown as it is: a `<` or a `*` is no
markup. The renderers: the macro `show_blocks` of `templates/documents/_blocks.html` for a page, `markdown_text` for
Markdown, `pdf` for paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Cell = str | int | float | None


class ParagraphStyle(StrEnum):
    """How a paragraph stands in the text: as the text itself, as what leads into it, or as a small note beside it."""

    TEXT = "text"
    LEAD = "lead"
    NOTE = "note"


class ChartKind(StrEnum):
    """Bars beside each other, bars on each other, or for each label one bar that lies, of the series that has it."""

    BARS = "bars"
    STACKED = "stacked"
    ROWS = "rows"


class Pattern(StrEnum):
    """What fills a bar, beside its colour: nobody has to tell colours apart.

    On paper a pattern; on a screen a flat tint, from the darkest to the lightest: solid, crossed, hatched, dotted.
    """

    SOLID = "solid"
    HATCHED = "hatched"
    CROSSED = "crossed"
    DOTTED = "dotted"


class Colour(StrEnum):
    """What a series is about, from which each renderer takes its colour."""

    ACCENT = "accent"
    SCALE = "scale"  # of an ordered scale: its tints are the steps
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside the document, whose own title is of level 1. `anchor` is its id on a page."""

    text: str
    level: int = 2
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences."""

    text: str
    style: ParagraphStyle = ParagraphStyle.TEXT


@dataclass(frozen=True, slots=True)
class RichText:
    """What somebody wrote in the language `locale`, as the safe HTML that `app.markdown.to_html` made of it."""

    html: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Squares:
    """A square for each team or person that a figure is about: yes, unknown, no (the rest of `base`), missing."""

    yes: int
    base: int
    unknown: int = 0
    missing: int = 0

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many squares of each kind, in the order in which they stand."""
        no = self.base - self.yes - self.unknown
        return (("yes", self.yes), ("unknown", self.unknown), ("no", no), ("missing", self.missing))


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number and the sentence that says it in full. `of`: its base, or empty; `details`: what to know of it."""

    number: str
    of: str
    sentence: str
    details: str = ""
    squares: Squares | None = None


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table; the first cell of a row names it, None is an empty cell. `numbers`: columns (from 0) of numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One legend and its values, a label each; None is a gap. `bounds`: whether a value is the least it can be."""

    label: str
    values: tuple[float | None, ...]
    pattern: Pattern = Pattern.SOLID
    colour: Colour = Colour.ACCENT
    bounds: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. `key` names it among those of its document; `alt` says in words all that it shows.

    Values are shares from 0 to 1 where `shares`, else counts. `line` is a share to compare them with, drawn across.
    `table` gives the same numbers, for those who want them exactly.
    """

    key: str
    kind: ChartKind
    title: str
    alt: str
    labels: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    shares: bool = True
    line: float | None = None
    table: DataTable | None = None

    @property
    def rows(self) -> list[tuple[str, ChartSeries | None, int]]:
        """Each label with the series that draws it, and its position."""
        return [
            (label, next((series for series in self.series if series.values[at] is not None), None), at)
            for at, label in enumerate(self.labels)
        ]

    @property
    def top(self) -> float:
        """The value at the end of the longest bar that there can be."""
        values = (value for series in self.series for value in series.values if value is not None)
        return 1 if self.shares else max(values, default=0) or 1


Block = Heading | Paragraph | RichText | KeyFigure | Bullets | DataTable | Chart


@dataclass(frozen=True, slots=True)
class Document:
    """A title and what stands under it, in the language `locale`; `author` is who publishes it."""

    title: str
    locale: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    author: str = ""
