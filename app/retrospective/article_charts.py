"""The charts of the article, each with the same numbers in words and as a table. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from babel.dates import format_date

from app.bulletins.moods import Mood
from app.documents.blocks import Cell, Chart, ChartKind, ChartSeries, Colour, DataTable, Pattern
from app.documents.numbers import AT_LEAST
from app.questionnaires.results import NO_ANSWER, ClosedResults
from app.readership.figures.published import HEADLINE
from app.records.vocabulary import Destination, SurveyPublic
from app.retrospective import article_wording as words
from app.retrospective.destinations import published_destinations
from app.retrospective.figures import Figure
from app.retrospective.sentences import PUBLICS, SEMICOLON, Locale, month_text
from app.retrospective.weekly_values import MonthWriting

FILLS = {
    Mood.VERY_HARD: (Pattern.DOTTED, Colour.SCALE),
    Mood.SO_SO: (Pattern.HATCHED, Colour.SCALE),
    Mood.GOOD: (Pattern.CROSSED, Colour.SCALE),
    Mood.GREAT: (Pattern.SOLID, Colour.SCALE),
}


def people_chart(figure: Figure, locale: Locale) -> Chart | None:
    """Draw where the EIGs go, small classes merged; None where nobody's way is known. `figure` is R13."""
    blocks = [(classes, number) for classes, number in published_destinations(figure) if number]
    if not blocks:
        return None
    rows = [(_either(classes, locale), number) for classes, number in blocks]
    numbers = tuple(number for _label, number in rows)
    series = [ChartSeries(words.PEOPLE.of(locale), numbers)]
    if figure.unknown:
        rows.append((words.DESTINATIONS[Destination.UNKNOWN].of(locale), figure.unknown))
        unknown = (*[None] * len(numbers), figure.unknown)
        series = [
            ChartSeries(words.PEOPLE.of(locale), (*numbers, None)),
            ChartSeries(rows[-1][0], unknown, Pattern.HATCHED, Colour.QUIET),
        ]
    return Chart(
        "people",
        ChartKind.ROWS,
        words.PEOPLE_CHART.of(locale),
        _listed([f"{number} {label}" for label, number in rows], locale),
        tuple(label for label, _number in rows),
        tuple(series),
        shares=False,
    )


def published_habits(figure: Figure, locale: Locale) -> Chart | None:
    """Draw how often people said to read, as it was published; None without its classes. `figure` is Q04."""
    if not figure.parts or figure.public is None:
        return None
    return _habits(figure.public, [(words.HABITS[key].of(locale), n, False) for key, n in figure.parts.items()], locale)


def habits_told(results: ClosedResults, locale: Locale) -> Chart | None:
    """Draw how often people said to read in a questionnaire of ours, small classes merged; None where none is told."""
    question = results.find("reading")
    if question is None or not question.counts:
        return None
    labels = {each.key: each.words.get(locale) or each.key for each in question.classes}
    labels[NO_ANSWER] = words.NO_ANSWER.of(locale)
    rows = [
        (_joined([labels[key] for key in each.classes], locale), each.count, each.at_least) for each in question.counts
    ]
    return _habits(results.public, rows, locale)


def _habits(public: SurveyPublic, rows: Sequence[tuple[str, int, bool]], locale: Locale) -> Chart:
    people = PUBLICS[locale][public][1]
    told = [(words.AT_LEAST.of(locale).format(n=number) if bound else str(number)) for _label, number, bound in rows]
    return Chart(
        f"habits-{public}",
        ChartKind.ROWS,
        words.HABITS_CHART.of(locale).format(people=people),
        _listed([f"{number} {label}" for number, (label, _n, _bound) in zip(told, rows, strict=True)], locale),
        tuple(label for label, _number, _bound in rows),
        (
            ChartSeries(
                people, tuple(n for _label, n, _bound in rows), bounds=tuple(bound for _label, _n, bound in rows)
            ),
        ),
        shares=False,
    )


def reading_chart(figures: Sequence[Figure], locale: Locale) -> Chart | None:
    """Draw the floor and the declared share of each month; None where nothing may be shown. `figures` are B01."""
    months = sorted({figure.month for figure in figures if figure.month})
    if not months:
        return None
    marked = {figure.month: figure for figure in figures if not figure.aspect}
    declared = {figure.month: figure for figure in figures if figure.aspect == "declared"}
    series = [_shares(words.MARKED.of(locale), marked, months)]
    columns = [words.MONTH.of(locale), words.MARKED.of(locale), words.MARKED_OF.of(locale)]
    if declared:
        series.append(_shares(words.DECLARED.of(locale), declared, months, Pattern.HATCHED))
        columns += [words.DECLARED.of(locale), words.DECLARED_OF.of(locale)]
    sources = [marked, *([declared] if declared else [])]
    rows: list[tuple[Cell, ...]] = [
        (month_text(month, locale), *(cell for source in sources for cell in _count_cells(source.get(month))))
        for month in months
    ]
    part, whole = HEADLINE
    return Chart(
        "reading",
        ChartKind.BARS,
        words.READING_CHART.of(locale),
        _listed([_read_in(month, marked.get(month), declared.get(month), locale) for month in months], locale),
        tuple(_short(month, locale) for month in months),
        tuple(series),
        line=part / whole,
        table=DataTable(words.READING_CHART.of(locale), tuple(columns), tuple(rows), tuple(range(1, len(columns)))),
    )


def writing_chart(months: Sequence[MonthWriting], locale: Locale) -> Chart | None:
    """Draw how the bulletins expected in each month came; None without any."""
    months = [month for month in months if month.expected]
    kinds = (
        ("on_time", words.ON_TIME, Pattern.SOLID, Colour.GOOD),
        ("late", words.LATE, Pattern.CROSSED, Colour.WARN),
        ("silent", words.SILENT, Pattern.HATCHED, Colour.BAD),
    )
    counts = {month.month: [month.on_time, month.late, month.silent] for month in months}
    fills = [(label.of(locale), pattern, colour) for _name, label, pattern, colour in kinds]
    return _stacked("writing", words.WRITING_CHART, words.EXPECTED, counts, fills, locale)


def moods_chart(figures: Sequence[Figure], locale: Locale) -> Chart | None:
    """Draw the moods of each month; None without any. `figures` are B04."""
    counts = {figure.month: [(figure.parts or {})[mood] for mood in Mood] for figure in figures if figure.month}
    fills = [(words.MOODS[mood].of(locale), *FILLS[mood]) for mood in Mood]
    return _stacked("moods", words.MOODS_CHART, words.BULLETINS, counts, fills, locale)


def _either(classes: Sequence[Destination], locale: Locale) -> str:
    """Return the words of classes that are counted together."""
    return _joined([words.DESTINATIONS[where].of(locale) for where in classes], locale)


def _joined(labels: Sequence[str], locale: Locale) -> str:
    *others, last = labels
    return f"{', '.join(others)} {words.OR.of(locale)} {last}" if others else last


def _stacked(
    key: str,
    title: words.Said,
    total: words.Said,
    counts: Mapping[str, Sequence[int]],
    fills: Sequence[tuple[str, Pattern, Colour]],
    locale: Locale,
) -> Chart | None:
    """Draw the shares of the counts of each month, in the order of `fills`."""
    if not counts:
        return None
    months = sorted(counts)
    series = tuple(
        ChartSeries(label, tuple(counts[month][at] / sum(counts[month]) for month in months), pattern, colour)
        for at, (label, pattern, colour) in enumerate(fills)
    )
    labels = [label for label, _pattern, _colour in fills]
    rows: list[tuple[Cell, ...]] = [(month_text(month, locale), *counts[month], sum(counts[month])) for month in months]
    told = [
        _told(
            month,
            [f"{label.lower()}\N{NO-BREAK SPACE}{number}" for label, number in zip(labels, counts[month], strict=True)],
            locale,
        )
        for month in months
    ]
    columns = (words.MONTH.of(locale), *labels, total.of(locale))
    table = DataTable(title.of(locale), columns, tuple(rows), tuple(range(1, len(columns))))
    return Chart(
        key,
        ChartKind.STACKED,
        title.of(locale),
        _listed(told, locale),
        tuple(_short(month, locale) for month in months),
        series,
        table=table,
    )


def _shares(
    label: str, figures: Mapping[str | None, Figure], months: Sequence[str], pattern: Pattern = Pattern.SOLID
) -> ChartSeries:
    of_months = [figures.get(month) for month in months]
    return ChartSeries(
        label,
        tuple(figure.numerator / figure.base if figure and figure.base else None for figure in of_months),
        pattern,
        bounds=tuple(bool(figure and figure.at_least) for figure in of_months),
    )


def _count_cells(figure: Figure | None) -> tuple[Cell, Cell]:
    if figure is None:
        return None, None
    return (f"{AT_LEAST}{figure.numerator}" if figure.at_least else figure.numerator), figure.base


def _read_in(month: str, marked: Figure | None, declared: Figure | None, locale: Locale) -> str:
    told = [
        phrase.of(locale).format(n=_at_least(figure, locale), base=figure.base)
        for phrase, figure in ((words.READ_BY_MARKS, marked), (words.READ_BY_ANSWERS, declared))
        if figure
    ]
    return _told(month, told, locale)


def _at_least(figure: Figure, locale: Locale) -> str:
    return words.AT_LEAST.of(locale).format(n=figure.numerator) if figure.at_least else str(figure.numerator)


def _told(month: str, told: Sequence[str], locale: Locale) -> str:
    colon = "\N{NO-BREAK SPACE}: " if locale == "fr" else ": "
    return f"{month_text(month, locale)}{colon}{', '.join(told)}"


def _listed(told: Sequence[str], locale: Locale) -> str:
    return f"{SEMICOLON[locale].join(told)}."


def _short(month: str, locale: Locale) -> str:
    return format_date(date.fromisoformat(f"{month}-01"), "MMM yy", locale=locale)
