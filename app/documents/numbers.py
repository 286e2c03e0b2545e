"""Numbers as a document shows them in its language. Values in, values out."""

from __future__ import annotations

from babel.numbers import format_decimal

from app.documents.blocks import Cell, Chart, ChartSeries

AT_LEAST = "≥\N{NARROW NO-BREAK SPACE}"
ROUNDING = 1e-9  # shares are quotients: 0.29 * 100 is a little less than 29


def cell_text(value: Cell, locale: str) -> str:
    """Return what stands in a cell of a table; nothing for None."""
    if value is None:
        return ""
    return value if isinstance(value, str) else format_decimal(value, locale=locale)


def percent(share: float, locale: str, *, at_least: bool = False) -> str:
    """Return a share from 0 to 1 in whole per cent, never more than it is: `82 %`, `≥ 82 %`; `82%` in English."""
    number = int(share * 100 + ROUNDING)
    space = "\N{NO-BREAK SPACE}" if locale == "fr" else ""
    return f"{AT_LEAST if at_least else ''}{number}{space}%"


def value_text(chart: Chart, series: ChartSeries, position: int, locale: str) -> str:
    """Return the value of one bar as it is written beside it; nothing for a gap."""
    value, at_least = series.values[position], any(series.bounds[position : position + 1])
    if value is None or not chart.shares:
        return f"{AT_LEAST if at_least else ''}{cell_text(value, locale)}"
    return percent(value, locale, at_least=at_least)
