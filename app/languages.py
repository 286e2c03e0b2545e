"""The languages of the interface, and which one a request is answered in."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import format_date, get_locale, gettext
from flask_login import current_user
from jinja2 import StrictUndefined

from app.weeks import Week

__all__ = ["DEFAULT", "LOCALES", "StrictUndefined", "choose_locale"]

LOCALES = {"fr": "Français", "en": "English"}
DEFAULT = "fr"
TRANSLATIONS = Path(__file__).parent / "translations"


def choose_locale() -> str:
    """The member's own choice, else the visitor's, else the language of the letter that led here (`g.locale`),
    else the browser's, else French.
    """
    if not has_request_context():
        return DEFAULT
    wanted = (getattr(current_user, "locale", None), session.get("locale"), g.get("locale"))
    chosen = next((locale for locale in wanted if locale in LOCALES), None)
    return chosen or request.accept_languages.best_match(list(LOCALES)) or DEFAULT


def init_app(app: Flask) -> None:
    """Give the templates the ways in which texts and dates are said."""
    app.jinja_env.install_gettext_callables(_say, _say_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(
        person_name=person_name,
        long_date=long_date,
        short_date=short_date,
        moment=moment,
        week_name=week_name,
        upper_first=upper_first,
        month_name=month_name,
    )


@cache
def _catalog(language: str) -> Translations | NullTranslations:
    """The texts of a language. Flask-Babel would look for them anew at each of a page's hundred texts."""
    return Translations.load(TRANSLATIONS, [language])


def _say(text: str) -> str:
    return str(_catalog(get_locale().language).ugettext(text))


def _say_number(singular: str, plural: str, number: int) -> str:
    return str(_catalog(get_locale().language).ungettext(singular, plural, number))


def long_date(day: date) -> str:
    """`vendredi 8 mars 2019`, `Friday, March 8, 2019`."""
    return str(format_date(day, "full"))


def short_date(day: date) -> str:
    """`8 mars 2019`, `March 8, 2019`."""
    return str(format_date(day, "long"))


def moment(value: datetime, zone: ZoneInfo) -> str:
    """A moment in the promotion's zone: `vendredi 8 mars 2019 à 15:05`."""
    local = value.astimezone(zone)
    return gettext("%(day)s at %(time)s", day=format_date(local.date(), "full"), time=f"{local:%H:%M}")


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
    return str(format_date(month, "MMMM yyyy"))
