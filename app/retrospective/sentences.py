"""The sentence of a figure, in French and in English, from its one value. Values in, values out.

A sentence has no capital and no full stop: it is a line of a list, or stands in a text. Its first two numbers are the
numerator and the base; words such as “more than half” only lead in, and never stand without these numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

from app.records.vocabulary import SurveyPublic
from app.retrospective.figures import Figure, LeftOut
from app.retrospective.weekly_wording import WEEKLY_PARTS, WEEKLY_PHRASES
from app.retrospective.wording import PARTS, PHRASES, UNDATED, Phrase

Locale = Literal["fr", "en"]

LOCALES: tuple[Locale, Locale] = ("fr", "en")
COLON = {"fr": "\N{NO-BREAK SPACE}: ", "en": ": "}
SEMICOLON = {"fr": "\N{NARROW NO-BREAK SPACE}; ", "en": "; "}
PUBLICS = {  # one and several
    "fr": {SurveyPublic.EIG: ("EIG", "EIG"), SurveyPublic.MENTOR: ("mentor", "mentors")},
    "en": {SurveyPublic.EIG: ("EIG", "EIGs"), SurveyPublic.MENTOR: ("mentor", "mentors")},
}
THIS_LOOK = {"fr": "mis de côté pour cette lecture", "en": "left out for this look"}
LEAD_INS: tuple[tuple[Callable[[int, int], bool], tuple[str, str, str]], ...] = (  # the first that n of b is
    (lambda n, b: n == b, ("tous", "toutes", "all")),
    (lambda n, b: 10 * n >= 9 * b, ("presque tous", "presque toutes", "nearly all")),
    (lambda n, b: 2 * n > b, ("plus de la moitié", "plus de la moitié", "more than half")),
    (lambda n, b: 2 * n == b, ("la moitié", "la moitié", "half")),
    (lambda n, b: 30 * b <= 100 * n <= 36 * b, ("un tiers", "un tiers", "a third")),
)
EVERY_PHRASE = {**PHRASES, **WEEKLY_PHRASES}
EVERY_PART: Mapping[str, Mapping[str, tuple[str, ...]]] = {**PARTS, **WEEKLY_PARTS}
BOUNDED_LEAD_INS = 3  # the first ones are as true of a count that may be higher
NONE = ("aucun", "aucune", "none")  # of those whose record tells


def sentence(figure: Figure, locale: Locale) -> str:
    """Return what the figure says, with words that lead in, and who is missing, left out or unknown in brackets."""
    told = details(figure, locale)
    return claim(figure, locale) + (f" ({', '.join(told)})" if told else "")


def claim(figure: Figure, locale: Locale) -> str:
    """Return what the figure says with words that lead in, for a text that gives its `details` elsewhere."""
    lead_in = _lead_in(figure, locale, women=EVERY_PHRASE[figure.name].women)
    return (f"{lead_in}{COLON[locale]}" if lead_in else "") + statement(figure, locale)


def statement(figure: Figure, locale: Locale) -> str:
    """Return what the figure says and nothing else: its numbers, and its parts."""
    person, people = PUBLICS[locale][figure.public] if figure.public else ("", "")
    phrase = UNDATED if figure.code == "R02" and not figure.until else EVERY_PHRASE[figure.name]
    said = _form(phrase, figure.numerator, locale).format(
        n=figure.numerator,
        base=figure.base,
        s="" if figure.base in {0, 1} else "s",
        until=month_text(figure.until, locale) if figure.until else "",
        month=month_text(figure.month, locale) if figure.month else "",
        person=person,
        people=people,
    )
    if figure.at_least:
        said = f"{'au moins' if locale == 'fr' else 'at least'} {said}"
    parts = list(_parts(figure, locale))
    return f"{said}{COLON[locale]}{', '.join(parts)}" if parts else said


def details(figure: Figure, locale: Locale) -> list[str]:
    """Return the qualifications of the figure: a median, who is missing, left out or unknown, and its source."""
    return [
        *_medians(figure, locale),
        *_teams_outside(figure, locale),
        *_unknown(figure, locale),
        *_source(figure, locale),
    ]


def details_beside_teams(figure: Figure, locale: Locale) -> list[str]:
    """Return `details` for a text that names the teams outside the base, and the source, once for several figures."""
    return [*_medians(figure, locale), *_unknown(figure, locale)]


def _form(phrase: Phrase, number: int, locale: Locale) -> str:
    """Return the phrase for a number: in French nought is singular."""
    if locale == "fr":
        return phrase.fr_one if number <= 1 else phrase.fr_many
    return phrase.en_one if number == 1 else phrase.en_many


def _parts(figure: Figure, locale: Locale) -> Iterator[str]:
    for key, words in EVERY_PART.get(figure.name, {}).items():
        number = (figure.parts or {}).get(key, 0)
        if number == 1 and locale == "fr":
            yield words[-1 if len(words) > len(LOCALES) else 0].format(n=number)
        elif number:
            yield words[LOCALES.index(locale)].format(n=number)


def _lead_in(figure: Figure, locale: Locale, *, women: bool) -> str:
    """Return the words for a share that is worth words; none where there is no share, or one of parts."""
    number, base = figure.numerator, figure.base
    if base and figure.unknown == base:
        return "non renseigné" if locale == "fr" else "not told"
    if not base or base == 1 or figure.name in EVERY_PART:
        return ""
    if number:
        lead_ins = LEAD_INS[:BOUNDED_LEAD_INS] if figure.at_least else LEAD_INS
        of_men, of_women, english = next((words for is_it, words in lead_ins if is_it(number, base)), ("", "", ""))
    else:
        of_men, of_women, english = ("", "", "") if figure.unknown or figure.at_least else NONE
    return english if locale == "en" else of_women if women else of_men


def _medians(figure: Figure, locale: Locale) -> Iterator[str]:
    if figure.days is not None:
        yield _median(figure.days, locale)


def _teams_outside(figure: Figure, locale: Locale) -> Iterator[str]:
    if missing := len(figure.missing):
        yield f"{missing} sans réponse" if locale == "fr" else f"{missing} without an answer"
    if figure.excluded:
        yield f"{_excluded(len(figure.excluded), locale)}{COLON[locale]}{_reasons(figure.excluded, locale)}"


def _unknown(figure: Figure, locale: Locale) -> Iterator[str]:
    if figure.unknown and not figure.at_least:
        women = EVERY_PHRASE[figure.name].women
        agreed = f"non renseigné{'e' if women else ''}{'s' if figure.unknown > 1 else ''}"
        yield f"{figure.unknown} {agreed}" if locale == "fr" else f"{figure.unknown} unknown"


def _source(figure: Figure, locale: Locale) -> Iterator[str]:
    if figure.asked_here:
        yield "questionnaire anonyme" if locale == "fr" else "anonymous questionnaire"
    elif figure.public:
        published = "chiffres publiés" if locale == "fr" else "published counts"
        yield f"{published}{COLON[locale]}{figure.source}" if figure.source else published


def _excluded(number: int, locale: Locale) -> str:
    return f"{number} exclu{'s' if number > 1 else ''}" if locale == "fr" else f"{number} excluded"


def _reasons(excluded: tuple[LeftOut, ...], locale: Locale) -> str:
    reasons = dict.fromkeys(each.reason or THIS_LOOK[locale] for each in excluded)
    return SEMICOLON[locale].join(reasons)


def month_text(month: str, locale: Locale) -> str:
    """Return a month (`2019-03`) in words."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM y", locale=locale)


def _median(days: float, locale: Locale) -> str:
    number = format_decimal(days, "0.#", locale=locale)
    if locale == "fr":
        unit = "jours" if days >= 2 else "jour"  # noqa: PLR2004 — in French the plural begins at two
        return f"délai médian de la première réponse{COLON[locale]}{number}\N{NO-BREAK SPACE}{unit}"
    return f"median time to the first answer{COLON[locale]}{number} {'day' if days == 1 else 'days'}"
