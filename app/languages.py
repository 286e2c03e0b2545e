"""The languages of the interface, and which one a request is answered in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.support import NullTranslations, Translations
from flask import g, has_request_context, request, session
from flask_babel.speaklater import LazyString
from flask_login import current_user

from app.here import here
from app.weeks import Week

LOCALES = {"fr": "Français", "en": "English"}
DEFAULT = "fr"
TRANSLATIONS = Path(__file__).parent / "translations"
FIRST_IN_FRENCH = re.compile(r"\b1(?= \w)")  # 1 juin → 1er juin, which CLDR does not say


def choose_locale() -> str:
    """The member's own choice, else the visitor's, else the language of the letter that led here (`g.locale`),
    else the browser's, else French.
    """
    return locale_for(getattr(current_user, "locale", None)) if has_request_context() else DEFAULT


def locale_for(own: str | None) -> str:
    """The language in which to answer somebody whose own choice is `own`."""
    wanted = (own, session.get("locale"), g.get("locale"))
    chosen = next((locale for locale in wanted if locale in LOCALES), None)
    return chosen or request.accept_languages.best_match(list(LOCALES)) or DEFAULT


def language() -> str:
    """The language of the request, or of the letter that is being written: `fr`. Chosen once a request."""
    return here().get("language") or _choose()


def _choose() -> str:
    chosen: str = choose_locale()
    g.language = chosen
    return chosen


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Say everything in `locale` inside, whoever asks."""
    before, g.language = g.get("language"), locale
    try:
        yield
    finally:
        if before is None:
            del g.language
        else:
            g.language = before


def gettext(text: str, /, **values: object) -> str:
    """`text` in the language of the request, with `values` filled in."""
    said = said_in(language(), text)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """`one` or `many` in the language of the request, as it counts `number`, which is `num` among the values."""
    return number_said_in(language(), one, many, number) % {"num": number, **values}


def later(text: str) -> LazyString:
    """`text`, said in the language of whoever comes to read it: for what is written before there is a request."""
    return LazyString(gettext, text)


@cache
def said_in(language: str, text: str) -> str:
    """`text` as it is said in a language; as it stands where the catalog does not know it."""
    return str(_catalog(language).ugettext(text))


@lru_cache(maxsize=4096)
def number_said_in(language: str, one: str, many: str, number: int) -> str:
    """`one` or `many`, as the language counts `number`."""
    return str(_catalog(language).ungettext(one, many, number))


@cache
def _catalog(language: str) -> Translations | NullTranslations:
    return Translations.load(TRANSLATIONS, [language])


@lru_cache(maxsize=1024)
def _day(day: date, pattern: str, language: str) -> str:
    said = format_date(day, pattern, language)
    return FIRST_IN_FRENCH.sub("1er", said) if language == "fr" else said


def day_as(day: date, pattern: str) -> str:
    """A day by a pattern of CLDR, in the language of the request."""
    return _day(day, pattern, language())


def long_date(day: date) -> str:
    """`vendredi 8 mars 2019`, `Friday, March 8, 2019`."""
    return day_as(day, "full")


def short_date(day: date) -> str:
    """`8 mars 2019`, `March 8, 2019`."""
    return day_as(day, "long")


def moment(value: datetime, zone: ZoneInfo) -> str:
    """A moment in the promotion's zone: `vendredi 8 mars 2019 à 15:05`."""
    local = value.astimezone(zone)
    return gettext("%(day)s at %(time)s", day=long_date(local.date()), time=f"{local:%H:%M}")


def week_name(week: Week) -> str:
    """`semaine du 4 mars 2019`."""
    return _week_name(week.monday, language())


@lru_cache(maxsize=1024)
def _week_name(monday: date, language: str) -> str:
    return gettext("week of %(day)s", day=_day(monday, "long", language))


def person_name(person: Any) -> str:
    """What to call somebody: their name, else the start of their address, else (erased, nobody left) former member."""
    return (person.display_name if person else "") or gettext("former member")


def upper_first(text: str) -> str:
    """`semaine du 4 mars` → `Semaine du 4 mars`: the head of a sentence, nothing else changed."""
    return text[:1].upper() + text[1:]


def month_name(month: date) -> str:
    """`mars 2019`, `March 2019`."""
    return day_as(month, "MMMM yyyy")


FILTERS = (person_name, long_date, short_date, moment, week_name, upper_first, month_name)
