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

HEIGHT = 300  # pixels
CHARACTER, AROUND_LEGEND = 7, 40  # pixels, about
AT_LEAST = "≥"  # stands on a bar whose value may be higher
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
class Size:
    """How wide a chart is in pixels, and how many months or weeks are named under it, at most."""

    width: int
    labels: int


WIDE = Size(640, 10)
NARROW = Size(336, 4)  # for a phone: an image of 640 pixels would be shrunk until nobody can read it


@dataclass(frozen=True, slots=True)
class Series:
    """One legend, its values (shares from 0 to 1, None for a gap), its pattern, its colour: a name of `chart.css`.

    `bounds`: for each value whether it is the least that the share can be; empty where none is.
    """

    label: str
    pattern: str
    colour: str
    values: Sequence[float | None]
    bounds: Sequence[bool] = ()


def draw_reading(months: Sequence[PublishedFigures], size: Size = WIDE) -> bytes:
    """Draw for each month the shares of EIGs, by their marks and by their answers, and a line at 80 %."""
    eigs = [figures.groups[Group.EIG] for figures in months]
    series = [
        Series(_("Marked as read"), "solid", "accent", [eig.floor for eig in eigs], [eig.at_least for eig in eigs])
    ]
    declared = [eig.declared for eig in eigs]
    if any(each.share is not None for each in declared):
        shares, bounds = [each.share for each in declared], [each.is_lower_bound for each in declared]
        series.append(Series(_("Answers to the month’s question"), "hatched", "accent", shares, bounds))
    labels = [format_day(figures.months[0], "MMM yy") for figures in months]
    part, whole = HEADLINE
    return _draw(pygal.Bar, _("Reading by month"), labels, series, size, line=part / whole)


def draw_writing(weeks: Sequence[WritingCounts], size: Size = WIDE) -> bytes:
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
    return _draw(pygal.StackedBar, _("Writing by week"), _first_days(weeks), series, size)


def draw_moods(weeks: Sequence[MoodCounts], size: Size = WIDE) -> bytes:
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
    return _draw(pygal.StackedBar, _("Mood by week"), _first_days(weeks), series, size)


def _first_days(weeks: Sequence[WritingCounts] | Sequence[MoodCounts]) -> list[str]:
    return [format_day(week.week.monday, "d MMM") for week in weeks]


def _draw(
    kind: type[pygal.Bar],
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    size: Size,
    line: float | None = None,
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
        width=size.width,
        height=HEIGHT,
        margin=8,
        spacing=8,
        js=[],
        style=pygal.style.Style(font_family=FONT, **SIZES),
        css=[f"inline:{STYLE}{colours}"],
        defs=patterns,
        no_prefix=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=_legends_on_a_line(series, size),
        print_values=any(any(each.bounds) for each in series),
        print_values_position="top",
        truncate_legend=-1,
        truncate_label=-1,
        range=(0, 100),
        y_labels=[0, 20, 40, 60, 80, 100],
        y_labels_major=[-1 if line is None else round(line * 100)],  # -1: none; pygal would choose some
        value_formatter=lambda percents: _("%(number)d%%", number=round(percents)),
        x_labels=list(labels),
        x_labels_major=labels[:: -(-len(labels) // size.labels) or 1],  # every n-th, rounded up
        show_minor_x_labels=False,
        no_data_text=_("Nothing to show yet"),
    )
    for each in series:
        bounds = each.bounds or [False] * len(each.values)
        chart.add(each.label, [_bar(value, bound=bound) for value, bound in zip(each.values, bounds, strict=True)])
    chart.add_xml_filter(lambda root: _finish(root, title))
    return bytes(chart.render())


def _legends_on_a_line(series: Sequence[Series], size: Size) -> int:
    longest = max(len(each.label) for each in series)
    return max(1, min(len(series), size.width // (longest * CHARACTER + AROUND_LEGEND)))


def _bar(value: float | None, *, bound: bool) -> dict[str, object] | None:
    """Return a bar of a share; where that is a lower bound, with the sign for it on top."""
    if value is None:
        return None
    sign = AT_LEAST if bound else ""
    return {"value": value * 100, "formatter": lambda _percents: sign}


def _finish(root: Element, title: str) -> Element:
    """Give the SVG its title and language, put the guides in front of the bars, remove what is there for scripts."""
    root.attrib.update({"lang": current_locale(), "role": "img"})
    if (heading := root.find("title")) is not None:
        heading.text = title
    for parent in list(root.iter()):
        for child in list(parent):
            kind = child.get("class", "")
            if child.tag in SCRIPT_TAGS or (kind.endswith("overlay") and "text-overlay" not in kind):
                parent.remove(child)
            elif kind.startswith("axis y"):
                parent.remove(child)
                parent.append(child)
    return root
