"""How one figure stands in an article: by itself, as a line, in the table of all. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date

from app.documents.blocks import DataTable, KeyFigure, Squares
from app.documents.numbers import AT_LEAST
from app.retrospective import article_wording as words
from app.retrospective.figures import Figure
from app.retrospective.sentences import PUBLICS, Locale, claim, details_beside_teams, statement

MOST_SQUARES = 60  # more than these nobody counts with their eyes
OF_PEOPLE = {"R13", "R14", "R15", "R16"}  # figures whose base is EIGs


def key_figure(figure: Figure, locale: Locale) -> KeyFigure:
    """Return a figure that stands out."""
    base = figure.base
    squares = None
    if base and base <= MOST_SQUARES and not figure.at_least and not figure.public:
        missing = 0 if figure.code in OF_PEOPLE else len(figure.missing)
        squares = Squares(figure.numerator, base, figure.unknown, missing)
    return KeyFigure(
        number=f"{AT_LEAST if figure.at_least else ''}{figure.numerator}",
        of="" if base is None else str(base),
        sentence=capitalized(claim(figure, locale)),
        details=capitalized(", ".join(details_beside_teams(figure, locale))),
        squares=squares,
    )


def figure_line(figure: Figure, locale: Locale) -> str:
    """Return a figure as a line of a list."""
    told = details_beside_teams(figure, locale)
    return capitalized(statement(figure, locale)) + (f" ({', '.join(told)})" if told else "")


def all_figures_table(figures: Sequence[Figure], locale: Locale) -> DataTable:
    """Return a row for each figure, but those by month, which the charts have; an empty number where none is known."""
    rows = [
        (
            figure.code,
            _topic_of_public(figure, locale),
            f"{AT_LEAST}{figure.numerator}" if figure.at_least else None if figure.is_untold else figure.numerator,
            figure.base,
            None if figure.at_least else figure.unknown or None,
        )
        for figure in sorted(figures, key=lambda each: ("RQB".index(each.code[0]), each.code))
        if not figure.month
    ]
    columns = tuple(name.of(locale) for name in (words.CODE, words.FIGURE, words.NUMBER, words.OF, words.UNKNOWN))
    return DataTable(words.ALL_FIGURES.of(locale), columns, tuple(rows), (2, 3, 4))


def figure_topic(figure: Figure, locale: Locale) -> str:
    """Return what a figure is about, whichever public was asked."""
    return capitalized((words.TOPICS.get(figure.name) or words.TOPICS[figure.code]).of(locale))


def _topic_of_public(figure: Figure, locale: Locale) -> str:
    topic = figure_topic(figure, locale)
    return f"{topic} ({PUBLICS[locale][figure.public][1]})" if figure.public else topic


def day_text(day: date, locale: Locale) -> str:
    """Return a day in words, such as `15 novembre 2019`; a line never ends after its number."""
    number = "1er" if locale == "fr" and day.day == 1 else str(day.day)
    return f"{number}\N{NO-BREAK SPACE}{format_date(day, 'MMMM y', locale)}"


def capitalized(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]
