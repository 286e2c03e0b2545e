"""The charts of the page as SVG: drawn by pygal, without script, each series with a pattern beside its colour."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pygal

from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import Mood
from app.engagement.by_week import MoodCounts, WritingCounts
from app.languages import day_as, language
from app.languages import gettext as _
from app.readership.figures.monthly import Group
from app.readership.figures.published import HEADLINE, PublishedFigures

# pygal leaves an importer of the old kind behind, which breaks those that ask every importer for `find_spec`.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

WIDTH, HEIGHT = 640, 300
LABELS = 12  # months or weeks named under a chart, at most
FONT = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
SIZES = {f"{name}_font_size": 13 for name in ("label", "major_label", "legend")} | {"no_data_font_size": 16}
STYLE = Path(__file__).with_name("chart.css").read_text(encoding="utf-8")
PATTERNS = {
    "solid": '<rect width="7" height="7" fill="currentColor"/>',
    "hatched": '<path class="ink" d="M-1 1 1 -1M0 7 7 0M6 8 8 6"/>',
    "crossed": '<path class="ink" d="M0 0 7 7M7 0 0 7"/>',
    "dotted": '<circle class="dot" cx="3.5" cy="3.5" r="1.4"/>',
}
UNSEEN = {"script", "desc"}  # what pygal adds for its own script


@dataclass(frozen=True, slots=True)
class Series:
    """One legend, its values (shares from 0 to 1, None for a gap), and how it is filled: a colour of `chart.css`."""

    label: str
    pattern: str
    colour: str
    values: Sequence[float | None]


def reading_chart(months: Sequence[PublishedFigures]) -> bytes:
    """Months: the EIGs' measured and declared shares side by side, and the line that the programme means to pass."""
    eigs = [figures.groups[Group.EIG] for figures in months]
    series = [Series(_("Measured (a floor)"), "solid", "accent", [group.floor for group in eigs])]
    if any(group.declared.share is not None for group in eigs):
        series.append(Series(_("Declared"), "hatched", "accent", [group.declared.share for group in eigs]))
    labels = [day_as(figures.months[0], "MMM yy") for figures in months]
    part, whole = HEADLINE
    chart = _chart(pygal.Bar, labels, series, line=part / whole)
    return _drawn(chart, _("Reading by month"))


def writing_chart(weeks: Sequence[WritingCounts]) -> bytes:
    """Weeks: the shares of the teams that wrote on time, wrote late, stayed silent, were paused."""
    kinds = (
        ("on_time", _("On time"), "solid", "accent"),
        ("late", _("Late"), "hatched", "warn"),
        ("silent", _("No bulletin"), "crossed", "bad"),
        ("paused", _("Paused"), "dotted", "quiet"),
    )
    series = [Series(label, how, colour, [week.shares[name] for week in weeks]) for name, label, how, colour in kinds]
    return _drawn(_chart(pygal.StackedBar, _days(weeks), series), _("Writing by week"))


def mood_chart(weeks: Sequence[MoodCounts]) -> bytes:
    """Weeks: the shares of the moods among the bulletins, the hardest at the bottom."""
    fills = {
        Mood.VERY_HARD: ("crossed", "bad"),
        Mood.SO_SO: ("hatched", "warn"),
        Mood.GOOD: ("dotted", "accent"),
        Mood.GREAT: ("solid", "accent"),
    }
    series = [
        Series(str(MOOD_WORDS[mood]), how, colour, [week.shares[mood] for week in weeks])
        for mood, (how, colour) in fills.items()
    ]
    return _drawn(_chart(pygal.StackedBar, _days(weeks), series), _("Mood by week"))


def _days(weeks: Sequence[WritingCounts] | Sequence[MoodCounts]) -> list[str]:
    return [day_as(week.week.monday, "d MMM") for week in weeks]


def _chart(
    kind: type[pygal.graph.graph.Graph], labels: Sequence[str], series: Sequence[Series], line: float | None = None
) -> pygal.graph.graph.Graph:
    """A chart of shares from 0 to 100 %, with a `line` across it."""
    chart = kind(
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        spacing=8,
        js=[],
        style=pygal.style.Style(font_family=FONT, **SIZES),
        css=[f"inline:{STYLE}{_colours(series)}"],
        defs=[_pattern(number, each) for number, each in enumerate(series)],
        no_prefix=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series),
        truncate_legend=-1,
        truncate_label=-1,
        range=(0, 100),
        y_labels=[0, 20, 40, 60, 80, 100],
        y_labels_major=[-1 if line is None else round(line * 100)],  # -1: none; pygal would choose some
        value_formatter=_percent,
        x_labels=list(labels),
        x_labels_major=labels[:: -(-len(labels) // LABELS) or 1],
        show_minor_x_labels=False,
        no_data_text=_("Nothing to show yet"),
    )
    for each in series:
        chart.add(each.label, [None if value is None else value * 100 for value in each.values])
    return chart


def _percent(value: float) -> str:
    return _("%(number)d%%", number=round(value))


def _colours(series: Sequence[Series]) -> str:
    return "".join(
        f".color-{number} {{ color: var(--{each.colour}); --series: var(--{each.colour}); }}"
        f".color-{number} .rect, rect.color-{number} {{ fill: url(#pattern-{number}); }}"
        for number, each in enumerate(series)
    )


def _pattern(number: int, series: Series) -> str:
    return (
        f'<pattern id="pattern-{number}" class="color-{number}" width="7" height="7"'
        f' patternUnits="userSpaceOnUse">{PATTERNS[series.pattern]}</pattern>'
    )


def _drawn(chart: pygal.graph.graph.Graph, title: str) -> bytes:
    """The file: named, in its language, the guides in front of the bars, nothing in it that asks to be run."""

    def tidy(root: Any) -> Any:
        root.attrib.update({"lang": language(), "role": "img"})
        root.find("title").text = title
        for parent in list(root.iter()):
            for child in list(parent):
                _tidy(parent, child)
        return root

    chart.add_xml_filter(tidy)
    return bytes(chart.render())


def _tidy(parent: Any, child: Any) -> None:
    kind = child.get("class", "")
    if child.tag in UNSEEN or kind.endswith("overlay"):
        parent.remove(child)
    elif kind.startswith("axis y"):
        parent.remove(child)
        parent.append(child)
