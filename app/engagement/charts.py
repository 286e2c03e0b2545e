"""The charts of the page: reading by month, writing and moods by week."""

from __future__ import annotations

from collections.abc import Sequence

from app.bulletins.mood_words import MOOD_WORDS
from app.bulletins.moods import Mood
from app.documents.blocks import Chart, ChartKind, ChartSeries, Colour, Pattern
from app.documents.charts import WIDE, Size, draw_chart
from app.engagement.weekly import MoodCounts, WritingCounts
from app.i18n import format_day
from app.i18n import gettext as _
from app.readership.figures.monthly import Group
from app.readership.figures.published import HEADLINE, PublishedFigures

MOOD_FILLS = {
    Mood.VERY_HARD: (Pattern.DOTTED, Colour.SCALE),
    Mood.SO_SO: (Pattern.HATCHED, Colour.SCALE),
    Mood.GOOD: (Pattern.CROSSED, Colour.SCALE),
    Mood.GREAT: (Pattern.SOLID, Colour.SCALE),
}


def draw_reading(months: Sequence[PublishedFigures], size: Size = WIDE) -> bytes:
    """Draw for each month the shares of EIGs, by their marks and by their answers, and a line at 80 %."""
    eigs = [figures.groups[Group.EIG] for figures in months]
    floors, at_least = tuple(eig.floor for eig in eigs), tuple(eig.at_least for eig in eigs)
    series = [ChartSeries(_("Marked as read"), floors, bounds=at_least)]
    declared = [eig.declared for eig in eigs]
    if any(each.share is not None for each in declared):
        shares, bounds = tuple(each.share for each in declared), tuple(each.is_lower_bound for each in declared)
        series.append(ChartSeries(_("Answers to the month’s question"), shares, Pattern.HATCHED, bounds=bounds))
    labels = [format_day(figures.months[0], "MMM yy") for figures in months]
    part, whole = HEADLINE
    return _draw(ChartKind.BARS, _("Reading by month"), labels, series, size, line=part / whole)


def draw_writing(weeks: Sequence[WritingCounts], size: Size = WIDE) -> bytes:
    """Draw for each week the shares of the teams that wrote on time, wrote late, wrote nothing, were paused."""
    kinds = (
        ("on_time", _("On time"), Pattern.SOLID, Colour.GOOD),
        ("late", _("Late"), Pattern.CROSSED, Colour.WARN),
        ("silent", _("No bulletin"), Pattern.HATCHED, Colour.BAD),
        ("paused", _("Paused"), Pattern.DOTTED, Colour.QUIET),
    )
    series = [
        ChartSeries(label, tuple(week.shares[name] for week in weeks), pattern, colour)
        for name, label, pattern, colour in kinds
    ]
    return _draw(ChartKind.STACKED, _("Writing by week"), _first_days(weeks), series, size)


def draw_moods(weeks: Sequence[MoodCounts], size: Size = WIDE) -> bytes:
    """Draw for each week the shares of the moods among its bulletins, the hardest at the bottom."""
    series = [
        ChartSeries(str(MOOD_WORDS[mood]), tuple(week.shares[mood] for week in weeks), pattern, colour)
        for mood, (pattern, colour) in MOOD_FILLS.items()
    ]
    return _draw(ChartKind.STACKED, _("Mood by week"), _first_days(weeks), series, size)


def _first_days(weeks: Sequence[WritingCounts] | Sequence[MoodCounts]) -> list[str]:
    return [format_day(week.week.monday, "d MMM") for week in weeks]


def _draw(
    kind: ChartKind,
    title: str,
    labels: Sequence[str],
    series: Sequence[ChartSeries],
    size: Size,
    line: float | None = None,
) -> bytes:
    """Draw shares; the page itself says in words what each chart shows."""
    return draw_chart(Chart(title, kind, title, "", tuple(labels), tuple(series), line=line), size)
