"""Draw the charts of a document as SVG, by pygal, without scripts, each series with a pattern beside its colour."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import pygal
from flask import Response

from app.documents.blocks import Chart, ChartKind, ChartSeries, Pattern
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
STYLE = Path(__file__).with_name("chart.css").read_text(encoding="utf-8")
PATTERNS = {
    Pattern.SOLID: '<rect width="7" height="7" fill="currentColor"/>',
    Pattern.HATCHED: '<path class="ink" d="M-1 1 1 -1M0 7 7 0M6 8 8 6"/>',
    Pattern.CROSSED: '<path class="ink" d="M0 0 7 7M7 0 0 7"/>',
    Pattern.DOTTED: '<circle class="dot" cx="3.5" cy="3.5" r="1.4"/>',
}
KINDS = {ChartKind.BARS: pygal.Bar, ChartKind.STACKED: pygal.StackedBar}  # rows are drawn by the page, as text
SCRIPT_TAGS = {"script", "desc"}  # what pygal adds for its own script
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"  # the SVG has its style inside


@dataclass(frozen=True, slots=True)
class Size:
    """How wide a chart is in pixels, and how many of its labels are shown, at most."""

    width: int
    labels: int


WIDE = Size(640, 10)
NARROW = Size(336, 4)  # for a phone: an image of 640 pixels would be shrunk until nobody can read it


def chart_response(svg: bytes) -> Response:
    """Answer with a chart that `draw_chart` drew."""
    return Response(svg, mimetype="image/svg+xml", headers={"Content-Security-Policy": POLICY})


def draw_chart(chart: Chart, size: Size = WIDE) -> bytes:
    """Draw vertical bars of shares, from 0 to 100 %, one group for each label, in the language of the request."""
    series = chart.series
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
    drawing = KINDS[chart.kind](
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
    return bytes(drawing.render())


def _legends_on_a_line(series: Sequence[ChartSeries], size: Size) -> int:
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
            kind = child.get("class") or ""  # a comment of lxml, which pygal takes where it is installed, has none
            if child.tag in SCRIPT_TAGS or (kind.endswith("overlay") and "text-overlay" not in kind):
                parent.remove(child)
            elif kind.startswith("axis y"):
                parent.remove(child)
                parent.append(child)
            elif kind == "value":
                child.set("dy", "-5")  # the sign stands clear of its bar
    return root
