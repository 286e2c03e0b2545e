"""Draw the charts of a document as SVG, by pygal, without scripts: flat tints, one darker than the other."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

import pygal
from flask import Response

from app.documents.blocks import Chart, ChartKind, ChartSeries, Pattern
from app.extensions import settings
from app.i18n import current_locale
from app.i18n import gettext as _

# `import pygal` appends an importer without `find_spec` to sys.meta_path, for plug-ins that we do not have. Whatever
# asks every importer for `find_spec` fails on it: it is taken out again, and nothing else is.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "pygal"]

HEIGHT = 300  # pixels
CHARACTER, AROUND_LEGEND = 7, 40  # pixels, about
AT_LEAST = "≥"  # stands on a bar whose value may be higher
FONT = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
SIZES = {f"{name}_font_size": 13 for name in ("label", "major_label", "legend")} | {"no_data_font_size": 16}
TINTS = {Pattern.SOLID: 100, Pattern.CROSSED: 74, Pattern.HATCHED: 52, Pattern.DOTTED: 28}  # per cent of the colour
BESIDE = 16  # characters on a line of a label beside the data
LINE = 16  # pixels
KINDS = {ChartKind.BARS: pygal.Bar, ChartKind.STACKED: pygal.StackedBar}  # rows are drawn by the page, as text
SCRIPT_TAGS = {"script", "desc"}  # what pygal adds for its own script
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"  # the SVG has its style inside


@dataclass(frozen=True, slots=True)
class Size:
    """How wide a chart is in pixels, how many labels it shows at most; `beside`: series are named at their data."""

    width: int
    labels: int
    beside: bool


WIDE = Size(640, 7, beside=True)
NARROW = Size(336, 4, beside=False)  # for a phone: an image of 640 pixels would be shrunk until nobody can read it


def chart_response(svg: bytes) -> Response:
    """Answer with a chart that `draw_chart` drew."""
    return Response(svg, mimetype="image/svg+xml", headers={"Content-Security-Policy": POLICY})


def draw_chart(chart: Chart, size: Size = WIDE) -> bytes:
    """Draw vertical bars of shares, from 0 to 100 %, one group for each label, in the language of the request."""
    series = chart.series
    colours = "".join(
        f".color-{number} .rect, rect.color-{number}"
        f" {{ fill: color-mix(in srgb, var(--{each.colour}) {TINTS[each.pattern]}%, var(--paper)); }}"
        for number, each in enumerate(series)
    )
    names = [textwrap.wrap(each.label, BESIDE) for each in series]
    drawing = KINDS[chart.kind](
        width=size.width,
        height=HEIGHT,
        margin=8,
        margin_right=_room_beside(names) if size.beside else 8,
        show_legend=not size.beside,
        spacing=8,
        js=[],
        style=pygal.style.Style(font_family=FONT, **SIZES),
        css=[f"inline:{_style(settings().theme)}{colours}"],
        no_prefix=True,
        legend_at_bottom=True,
        legend_at_bottom_columns=_legends_on_a_line(series, size),
        print_values=any(any(each.bounds) for each in series),
        print_values_position="top",
        truncate_legend=-1,
        truncate_label=-1,
        range=(0, 100),
        y_labels=[0, 20, 40, 60, 80, 100],
        y_labels_major=[-1 if chart.line is None else round(chart.line * 100)],  # -1: none; pygal would choose some
        value_formatter=lambda percents: _("%(number)d%%", number=round(percents)),
        x_labels=list(chart.labels),
        x_labels_major=list(chart.labels)[:: -(-len(chart.labels) // size.labels) or 1],  # every n-th, rounded up
        show_minor_x_labels=False,
        no_data_text=_("Nothing to show yet"),
    )
    for each in series:
        bounds = each.bounds or [False] * len(each.values)
        drawing.add(each.label, [_bar(value, bound=bound) for value, bound in zip(each.values, bounds, strict=True)])
    drawing.add_xml_filter(lambda root: _finish(root, chart.title))
    if size.beside:
        drawing.add_xml_filter(lambda root: _name_beside(root, names))
    return bytes(drawing.render())


@cache
def _style(theme: str) -> str:
    """Return the look of a theme's charts: its palette, then what all themes have in common."""
    files = (Path(__file__).with_name(name) for name in (f"chart-{theme}.css", "chart.css"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


def _legends_on_a_line(series: Sequence[ChartSeries], size: Size) -> int:
    longest = max(len(each.label) for each in series)
    fit = max(1, size.width // (longest * CHARACTER + AROUND_LEGEND))
    return max(number for number in range(1, fit + 1) if len(series) % number == 0)  # pygal cuts off half a line


def _bar(value: float | None, *, bound: bool) -> dict[str, object] | None:
    """Return a bar of a share; where that is a lower bound, with the sign for it on top."""
    if value is None:
        return None
    sign = AT_LEAST if bound else ""
    return {"value": value * 100, "formatter": lambda _percents: sign}


def _finish(root: Element, title: str) -> Element:
    """Give the SVG its title and language, its line of comparison in front of the bars; remove what is for scripts."""
    root.attrib.update({"lang": current_locale(), "role": "img"})
    if (heading := root.find("title")) is not None:
        heading.text = title
    for parent in list(root.iter()):
        for child in list(parent):
            kind = child.get("class") or ""  # a comment of lxml, which pygal takes where it is installed, has none
            if child.tag in SCRIPT_TAGS or (kind.endswith("overlay") and "text-overlay" not in kind):
                parent.remove(child)
            elif kind.startswith("axis y"):
                _put_in_front(parent, child)
            elif kind == "value":
                child.set("dy", "-5")  # the sign stands clear of its bar
    return root


def _put_in_front(plot: Element, axis: Element) -> None:
    """Draw the guide of the line that bars are compared with after the bars; the others stay behind them."""
    for guide in [each for each in axis if any("major" in (part.get("class") or "") for part in each)]:
        axis.remove(guide)
        _append(plot, "g", {"class": axis.get("class") or ""}).append(guide)


def _append(parent: Element, tag: str, attributes: dict[str, str]) -> Element:
    """Add an element of the same kind as its parent: of lxml, which pygal takes where it is installed, or not."""
    child = parent.makeelement(tag, attributes)
    parent.append(child)
    return child


def _room_beside(names: Sequence[Sequence[str]]) -> int:
    return max(len(line) for lines in names for line in lines) * CHARACTER + AROUND_LEGEND


def _name_beside(root: Element, names: Sequence[Sequence[str]]) -> Element:
    """Write the name of each series at the height of its last bar, right of them all; those too close move apart."""
    plot = next(each for each in root.iter() if each.get("class") == "plot")
    x, y = (float(number) for number in re.findall(r"[\d.]+", plot.get("transform") or "")[:2])
    right, bottom = float(plot[0].get("width") or 0), float(plot[0].get("height") or 0)
    group = _append(root, "g", {"class": "legends", "transform": f"translate({x + right + 10}, {y})"})
    lowest = bottom
    heights = [(_last_middle(plot, number, bottom), number) for number in range(len(names))]
    for middle, number in sorted(heights, reverse=True):
        top = min(middle - LINE * len(names[number]) / 2, lowest - LINE * len(names[number]))
        lowest = top - 4
        legend = _append(group, "g", {"class": "legend"})
        _append(legend, "rect", {"class": f"color-{number}", "y": f"{top + 2}", "width": "12", "height": "12"})
        for line, words in enumerate(names[number]):
            _append(legend, "text", {"x": "18", "y": f"{top + 12 + LINE * line}"}).text = words
    return root


def _last_middle(plot: Element, number: int, bottom: float) -> float:
    """Return how far down the middle of the series' last bar is that has any height; `bottom` where none has."""
    own = [each for each in plot if f"serie-{number} " in f"{each.get('class')} "]
    bars = [bar for each in own for bar in each.iter("rect") if float(bar.get("height") or 0) >= 1]
    return float(bars[-1].get("y") or 0) + float(bars[-1].get("height") or 0) / 2 if bars else bottom
