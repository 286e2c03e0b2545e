"""The languages of the interface, and which one a request is answered in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.support import LazyProxy, NullTranslations, Translations
from flask import Flask, g, has_app_context, has_request_context, request, session
from flask_babel import force_locale, get_locale
from flask_login import current_user
from jinja2 import pass_eval_context
from markupsafe import Markup

from app.weeks import Week

LOCALES = {"fr": "Français", "en": "English"}
DEFAULT = "fr"
TRANSLATIONS = Path(__file__).parent / "translations"
FIRST_IN_FRENCH = re.compile(r"\b1(?= \w)")  # 1 juin → 1er juin, which CLDR does not say


def init_app(app: Flask) -> None:
    """Let the templates translate as we do; must come after Flask-Babel, which puts its own `gettext` there."""
    app.jinja_env.globals.update(_=_in_template, gettext=_in_template, ngettext=_counted_in_template)


@pass_eval_context
def _in_template(context: Any, text: str, /, **values: object) -> str:
    """`text` as Jinja's own newstyle gettext gives it: `values` are escaped in HTML; a `%` that is meant is `%%`."""
    return _filled_in(context.autoescape, _catalog(language()).gettext(text), values)


@pass_eval_context
def _counted_in_template(context: Any, one: str, many: str, number: int, /, **values: object) -> str:
    return _filled_in(context.autoescape, _catalog(language()).ngettext(one, many, number), {"num": number, **values})


def _filled_in(autoescape: bool, said: str, values: dict[str, object]) -> str:
    text = Markup(said) if autoescape else said  # noqa: S704 — our own words, or a translator's
    return text % values if values or "%" in said else text


def choose_locale() -> str:
    """The member's own choice, else the visitor's, else the language of the letter that led here (`g.locale`),
    else the browser's, else French.
    """
    if not has_request_context():
        return DEFAULT
    return locale_for(None if g.get("has_failed") else getattr(current_user, "locale", None))


def locale_for(own: str | None) -> str:
    """The language in which to answer somebody whose own choice is `own`."""
    wanted = (own, session.get("locale"), g.get("locale"))
    chosen = next((locale for locale in wanted if locale in LOCALES), None)
    return chosen or request.accept_languages.best_match(list(LOCALES)) or DEFAULT


def language() -> str:
    """The language of the request, or of the letter that is being written: `fr`. Chosen once a request.

    Kept in `g`: a page asks for it with each of its hundred texts.
    """
    if not has_app_context():
        return DEFAULT
    kept: str | None = g.get("language")
    if kept is None:
        locale = get_locale()
        kept = g.language = str(locale.language) if locale else DEFAULT
    return kept


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Make `locale` the language inside the block, whatever the language of the request is."""
    before: str | None = g.pop("language", None)
    with force_locale(locale):
        try:
            yield
        finally:
            g.language = before


def gettext(text: str, /, **values: object) -> str:
    """`text` in the language of the request, with `values` filled in."""
    translated = str(_catalog(language()).gettext(text))
    return translated % values if values else translated


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """`one` or `many` in the language of the request, as it counts `number`, which is `num` among the values."""
    return str(_catalog(language()).ngettext(one, many, number)) % {"num": number, **values}


def later(text: str) -> str:
    """`text` in the language of whoever reads it: for what is written where no request is, such as a form's labels."""
    return cast("str", LazyProxy(gettext, text, enable_cache=False))  # whoever uses it uses it as a string


@cache
def _catalog(language: str) -> NullTranslations:
    """The texts of a language, found once: Flask-Babel looks for them with each text, a tenth of what a page costs."""
    return Translations.load(TRANSLATIONS, [language])


def day_as(day: date, pattern: str) -> str:
    """A day by a pattern of CLDR, in the language of the request."""
    return _day_as(day, pattern, language())


@lru_cache(maxsize=1024)
def _day_as(day: date, pattern: str, language: str) -> str:
    said = format_date(day, pattern, language)
    return FIRST_IN_FRENCH.sub("1er", said) if language == "fr" else said


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
    return gettext("week of %(day)s", day=short_date(week.monday))


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
