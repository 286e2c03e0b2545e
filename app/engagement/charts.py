"""Draw the charts of the page as SVG, by pygal, without scripts, each series with a pattern beside its colour."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import pygal

from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import Mood
from app.engagement.weekly import MoodCounts, WritingCounts
from app.i18n import current_locale, format_day
from app.i18n import gettext as _
from app.readership.figures.monthly import Group
from app.readership.figures.published import HEADLINE, PublishedFigures

# `import pygal` appends an importer without `find_spec` to sys.meta_path, for plug-ins that we do not have. Whatever
# asks every importer for `find_spec` fails on it: it is taken out again, and nothing else is.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

WIDTH, HEIGHT = 640, 300  # pixels
MOST_LABELS = 12  # months or weeks named under a chart, at most
FONT = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
SIZES = {f"{name}_font_size": 13 for name in ("label", "major_label", "legend")} | {"no_data_font_size": 16}
STYLE = Path(__file__).with_name("chart.css").read_text(encoding="utf-8")
PATTERNS = {
    "solid": '<rect width="7" height="7" fill="currentColor"/>',
    "hatched": '<path class="ink" d="M-1 1 1 -1M0 7 7 0M6 8 8 6"/>',
    "crossed": '<path class="ink" d="M0 0 7 7M7 0 0 7"/>',
    "dotted": '<circle class="dot" cx="3.5" cy="3.5" r="1.4"/>',
}
SCRIPT_TAGS = {"script", "desc"}  # what pygal adds for its own script


@dataclass(frozen=True, slots=True)
class Series:
    """One legend, its values (shares from 0 to 1, None for a gap), its pattern, its colour: a name of `chart.css`."""

    label: str
    pattern: str
    colour: str
    values: Sequence[float | None]


def draw_reading(months: Sequence[PublishedFigures]) -> bytes:
    """Draw for each month the measured and the declared share of EIGs side by side, and a line at 80 %."""
    eigs = [figures.groups[Group.EIG] for figures in months]
    series = [Series(_("Measured (a floor)"), "solid", "accent", [group.floor for group in eigs])]
    if any(group.declared.share is not None for group in eigs):
        series.append(Series(_("Declared"), "hatched", "accent", [group.declared.share for group in eigs]))
    labels = [format_day(figures.months[0], "MMM yy") for figures in months]
    part, whole = HEADLINE
    return _draw(pygal.Bar, _("Reading by month"), labels, series, line=part / whole)


def draw_writing(weeks: Sequence[WritingCounts]) -> bytes:
    """Draw for each week the shares of the teams that wrote on time, wrote late, wrote nothing, were paused."""
    kinds = (
        ("on_time", _("On time"), "solid", "accent"),
        ("late", _("Late"), "hatched", "warn"),
        ("silent", _("No bulletin"), "crossed", "bad"),
        ("paused", _("Paused"), "dotted", "quiet"),
    )
    series = [
        Series(label, pattern, colour, [week.shares[name] for week in weeks]) for name, label, pattern, colour in kinds
    ]
    return _draw(pygal.StackedBar, _("Writing by week"), _first_days(weeks), series)


def draw_moods(weeks: Sequence[MoodCounts]) -> bytes:
    """Draw for each week the shares of the moods among its bulletins, the hardest at the bottom."""
    fills = {
        Mood.VERY_HARD: ("crossed", "bad"),
        Mood.SO_SO: ("hatched", "warn"),
        Mood.GOOD: ("dotted", "accent"),
        Mood.GREAT: ("solid", "accent"),
    }
    series = [
        Series(str(MOOD_WORDS[mood]), pattern, colour, [week.shares[mood] for week in weeks])
        for mood, (pattern, colour) in fills.items()
    ]
    return _draw(pygal.StackedBar, _("Mood by week"), _first_days(weeks), series)


def _first_days(weeks: Sequence[WritingCounts] | Sequence[MoodCounts]) -> list[str]:
    return [format_day(week.week.monday, "d MMM") for week in weeks]


def _draw(
    kind: type[pygal.Bar], title: str, labels: Sequence[str], series: Sequence[Series], line: float | None = None
) -> bytes:
    """Draw shares from 0 to 100 %, one group of bars for each of `labels`, with a `line` (a share) across them."""
    colours = "".join(
        f".color-{number} {{ color: var(--{each.colour}); --series: var(--{each.colour}); }}"
        f".color-{number} .rect, rect.color-{number} {{ fill: url(#pattern-{number}); }}"
        for number, each in enumerate(series)
    )
    patterns = [
        f'<pattern id="pattern-{number}" class="color-{number}" width="7" height="7"'
        f' patternUnits="userSpaceOnUse">{PATTERNS[each.pattern]}</pattern>'
        for number, each in enumerate(series)
    ]
    chart = kind(
        width=WIDTH,
        height=HEIGHT,
        margin=8,
        spacing=8,
        js=[],
        style=pygal.style.Style(font_family=FONT, **SIZES),
        css=[f"inline:{STYLE}{colours}"],
        defs=patterns,
        no_prefix=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series),
        truncate_legend=-1,
        truncate_label=-1,
        range=(0, 100),
        y_labels=[0, 20, 40, 60, 80, 100],
        y_labels_major=[-1 if line is None else round(line * 100)],  # -1: none; pygal would choose some
        value_formatter=lambda percents: _("%(number)d%%", number=round(percents)),
        x_labels=list(labels),
        x_labels_major=labels[:: -(-len(labels) // MOST_LABELS) or 1],  # every n-th, rounded up
        show_minor_x_labels=False,
        no_data_text=_("Nothing to show yet"),
    )
    for each in series:
        chart.add(each.label, [None if value is None else value * 100 for value in each.values])
    chart.add_xml_filter(lambda root: _finish(root, title))
    return bytes(chart.render())


def _finish(root: Element, title: str) -> Element:
    """Give the SVG its title and language, put the guides in front of the bars, remove what is there for scripts."""
    root.attrib.update({"lang": current_locale(), "role": "img"})
    if (heading := root.find("title")) is not None:
        heading.text = title
    for parent in list(root.iter()):
        for child in list(parent):
            kind = child.get("class", "")
            if child.tag in SCRIPT_TAGS or kind.endswith("overlay"):
                parent.remove(child)
            elif kind.startswith("axis y"):
                parent.remove(child)
                parent.append(child)
    return root
