"""A chart in each theme: its colours, and room for all that it names."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask

from app.documents import charts
from app.documents.blocks import Chart, ChartKind, ChartSeries, Colour
from app.documents.charts import HEIGHT, NARROW, draw_chart
from tests.contrast import contrast

THEMES = ("neutral", "dsfr")
PAGES = Path(__file__).parents[2] / "app" / "static" / "theme-neutral.css"


def chart(*names: str) -> Chart:
    series = tuple(ChartSeries(name, (0.5, 0.25)) for name in names)
    return Chart("writing", ChartKind.STACKED, "Bulletins", "", ("janvier", "février"), series)


def colours(theme: str, scheme: str) -> dict[str, str]:
    return named_in(Path(charts.__file__).with_name(f"chart-{theme}.css"), "--", scheme)


def named_in(sheet: Path, prefix: str, scheme: str) -> dict[str, str]:
    light, _, dark = sheet.read_text(encoding="utf-8").partition("@media (prefers-color-scheme: dark)")
    return dict(re.findall(prefix + r"([\w-]+): (#[0-9a-f]{6})", dark if scheme == "dark" else light))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_what_a_chart_says_and_draws_stands_out(theme: str, scheme: str) -> None:
    palette = colours(theme, scheme)
    for words in ("ink", "quiet"):
        assert contrast(palette[words], palette["paper"]) >= 4.5, words
    for colour in Colour:
        assert contrast(palette[colour], palette["paper"]) >= 3, colour


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_chart_of_the_neutral_theme_has_the_colours_of_its_pages(scheme: str) -> None:
    """Its sheet names them anew, since an image knows nothing of the page's; the scale is the charts' own."""
    of_pages = named_in(PAGES, "--bl-", scheme)
    palette = colours("neutral", scheme)
    del palette["scale"]
    assert palette == {name: of_pages["surface" if name == "paper" else name] for name in palette}


@pytest.mark.parametrize("theme", THEMES)
def test_a_chart_wears_the_colours_of_the_sites_theme(app: Flask, monkeypatch: pytest.MonkeyPatch, theme: str) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], theme=theme))
    drawn = draw_chart(chart("À temps", "En retard")).decode()
    worn = {name for name in THEMES if f"--accent:{colours(name, 'light')['accent']}" in drawn.replace(": ", ":")}
    assert worn == {theme}


@pytest.mark.parametrize("number", [2, 3, 4, 5])
def test_all_that_a_narrow_chart_names_stands_in_it(app: Flask, number: int) -> None:
    root = ElementTree.fromstring(draw_chart(chart(*(f"Pas de bulletin {at}" for at in range(number))), NARROW))
    legends = next(node for node in root.iter() if node.get("class") == "legends")
    top = float(re.findall(r"[\d.]+", legends.get("transform", ""))[1])
    heights = [top + float(node.get("y", 0)) for node in legends.iter() if node.tag.endswith("text")]
    assert len(heights) == number
    assert max(heights) <= HEIGHT
