"""Internationalization: the locale of a request, and texts, dates and names in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol, cast
from zoneinfo import ZoneInfo

import flask_babel
from babel.dates import format_date
from babel.support import LazyProxy, NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_login import current_user
from jinja2 import pass_eval_context
from markupsafe import Markup

from app import clock
from app.weeks import SkippedDay, Week, WhyOff

LOCALES = {"fr": "Français", "en": "English"}
DEFAULT = "fr"
TRANSLATIONS = Path(__file__).parent / "translations"
FIRST_IN_FRENCH = re.compile(r"\b1(?= \w)")  # 1 juin → 1er juin, which CLDR does not say


def init_app(app: Flask) -> None:
    """Let the templates translate as we do; must come after Flask-Babel, which installs its own `gettext`."""
    texts = {"_": _template_gettext, "gettext": _template_gettext, "ngettext": _template_ngettext}
    app.jinja_env.globals.update(texts, lang_of=lang_of)


@pass_eval_context
def _template_gettext(context: Any, text: str, /, **values: object) -> str:
    """Translate as Jinja's own newstyle gettext does: `values` are escaped in HTML; a `%` that is meant is `%%`."""
    translated, has_percent = _translated(current_locale(), text, escapes=context.autoescape)
    return translated % values if values or has_percent else translated


@pass_eval_context
def _template_ngettext(context: Any, singular: str, plural: str, number: int, /, **values: object) -> str:
    translated = _catalog(current_locale()).ngettext(singular, plural, number)
    text = Markup(translated) if context.autoescape else translated  # noqa: S704 — as in `_translated`
    return text % {"num": number, **values}


@lru_cache(maxsize=8192)
def _translated(locale: str, text: str, *, escapes: bool) -> tuple[str, bool]:
    """Return a template's text in `locale`, as HTML where the template escapes what it fills in; whether it has a `%`.

    Looked up once a process: a page has sixty of them.
    """
    translated = _catalog(locale).gettext(text)
    return Markup(translated) if escapes else translated, "%" in translated  # noqa: S704 — ours, or a translator's


def choose_locale() -> str:
    """Return the member's own choice, else the visitor's, else the language of the letter that led here (`g.locale`),
    else the browser's, else French.
    """
    if not has_request_context():
        return DEFAULT
    return locale_for(None if g.get("has_failed") else getattr(current_user, "locale", None))


def locale_for(own: str | None) -> str:
    """Return the locale of a person whose own choice is `own`."""
    candidates = (own, session.get("locale"), g.get("locale"))
    chosen = next((locale for locale in candidates if locale in LOCALES), None)
    return chosen or request.accept_languages.best_match(list(LOCALES)) or DEFAULT


def current_locale() -> str:
    """Return the locale of the request, or of the letter that is being rendered, such as `fr`. Chosen once a request.

    Cached in `g`: a page asks for it with each of its hundred texts.
    """
    try:
        cached: str | None = g.get("current_locale")
    except RuntimeError:  # outside any application context
        return DEFAULT
    if cached is None:
        locale = flask_babel.get_locale()
        cached = g.current_locale = str(locale.language) if locale else DEFAULT
    return cached


@contextmanager
def force_locale(locale: str) -> Iterator[None]:
    """Make `locale` the current one inside the block, whatever that of the request is."""
    previous: str | None = g.pop("current_locale", None)
    with flask_babel.force_locale(locale):
        try:
            yield
        finally:
            g.current_locale = previous


def gettext(text: str, /, **values: object) -> str:
    """Translate `text` into the current locale and fill in `values`."""
    translated = str(_catalog(current_locale()).gettext(text))
    return translated % values if values else translated


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Translate `singular` or `plural`, as `number` asks for in the locale; `number` is also the value `num`."""
    return str(_catalog(current_locale()).ngettext(singular, plural, number)) % {"num": number, **values}


def lazy_gettext(text: str) -> str:
    """Translate `text` whenever it is used: for what is written where no request is, such as a form's labels."""
    return cast("str", LazyProxy(gettext, text, enable_cache=False))  # callers treat it as a str


@cache
def _catalog(locale: str) -> NullTranslations:
    """Load the catalog of a locale once: Flask-Babel looks for it with each text, a tenth of what a page costs."""
    return Translations.load(TRANSLATIONS, [locale])


def format_day(day: date, pattern: str) -> str:
    """Format a day by a CLDR pattern, in the current locale."""
    return _format_day(day, pattern, current_locale())


@lru_cache(maxsize=1024)
def _format_day(day: date, pattern: str, locale: str) -> str:
    formatted = format_date(day, pattern, locale)
    return FIRST_IN_FRENCH.sub("1er", formatted) if locale == "fr" else formatted


def long_date(day: date) -> str:
    """Format a day: `vendredi 8 mars 2019`, `Friday 8 March 2019`."""
    return format_day(day, "EEEE d MMMM y")


def short_date(day: date) -> str:
    """Format a day without its weekday: `8 mars 2019`, `8 March 2019`."""
    return format_day(day, "d MMMM y")


def short_weekday(day: date) -> str:
    """Name the weekday of a day as briefly as can be read: `ven.`, `Fri`."""
    return format_day(day, "EEE")


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Format a moment in the time zone `zone`, as near as it is: with its date, and its year, only where it needs them.

    In the current week `vendredi à 15 h`, this year `le vendredi 8 mars à 15 h 05`, else with the year as well.
    """
    local, today = value.astimezone(zone).date(), clock.now().astimezone(zone).date()
    if Week.of(local) == Week.of(today):
        return gettext("%(weekday)s at %(time)s", weekday=format_day(local, "EEEE"), time=time_of_day(value, zone))
    day = format_day(local, "EEEE d MMMM" if local.year == today.year else "EEEE d MMMM y")
    return gettext("%(day)s at %(time)s", day=day, time=time_of_day(value, zone))


def today_in(value: datetime, zone: ZoneInfo) -> bool:
    """Return whether a moment is of the day that it is now in the time zone `zone`."""
    return value.astimezone(zone).date() == clock.now().astimezone(zone).date()


def time_of_day(value: datetime, zone: ZoneInfo) -> str:
    """Format a time in the time zone `zone`: `15 h 05`, `15 h`; `15:05`, `15:00`."""
    local = value.astimezone(zone)
    if current_locale() != "fr":
        return f"{local:%H:%M}"
    return f"{local.hour}\N{NO-BREAK SPACE}h" + (f"\N{NO-BREAK SPACE}{local:%M}" if local.minute else "")


def days_not_worked(days: Sequence[SkippedDay]) -> str:
    """Name days that are not worked, and why: `vendredi 1er mai férié, lundi 4 mai non travaillé`."""
    this_year = clock.now().year
    named = [
        (format_day(each.day, f"EEEE d MMMM{'' if each.day.year == this_year else ' y'}"), each.why) for each in days
    ]
    return ", ".join(
        gettext("%(day)s is a public holiday", day=day)
        if why is WhyOff.HOLIDAY
        else gettext("%(day)s is a day off", day=day)
        for day, why in named
    )


def why_moved(days: Sequence[SkippedDay]) -> str:
    """Say behind a moment which days moved it: ` (vendredi 1er mai férié)`; nothing where none did."""
    return f" ({days_not_worked(days)})" if days else ""


def week_dates(week: Week) -> str:
    """Format the working days of a week: `4 au 8 mars`, `30 mars au 3 avril 2020`; the year unless it is this one."""
    return _week_dates(week, clock.now().year, current_locale())


@lru_cache(maxsize=1024)
def _week_dates(week: Week, this_year: int, locale: str) -> str:
    monday, friday = week.monday, week.day(5)
    with_year = "" if monday.year == friday.year == this_year else " y"
    if monday.year != friday.year:
        first = format_day(monday, "d MMMM y")
    else:
        first = format_day(monday, "d" if monday.month == friday.month else "d MMMM")
    dates = gettext("%(first)s to %(last)s", first=first, last=format_day(friday, f"d MMMM{with_year}"))
    return FIRST_IN_FRENCH.sub("1er", dates) if locale == "fr" else dates


def week_name(week: Week) -> str:
    """Name a week by its working days: `semaine du 4 au 8 mars`."""
    return gettext("week of %(dates)s", dates=week_dates(week))


def lang_of(locale: str | None) -> Markup:
    """Return the attribute that an element of a template needs for a text in `locale`: none in the page's own language.

    Members write in the language of their promotion, whatever that of the reader is: a screen reader must know.
    """
    return Markup("") if locale in {None, "", current_locale()} else Markup(' lang="{}"').format(locale)


def written_in(text: str, locale: str | None) -> str:
    """Return `text`, written in `locale`, for a sentence of a template in the current language."""
    lang = lang_of(locale)
    return Markup("<span{}>{}</span>").format(lang, text) if lang else text


class Named(Protocol):
    """Somebody with a name to show; empty once they are erased."""

    @property
    def display_name(self) -> str: ...


def person_name(person: Named | None) -> str:
    """Return the name to show of `person`; "former member" for None and once they are erased."""
    return (person.display_name if person else "") or gettext("former member")


def upper_first(text: str) -> str:
    """Capitalize the first character and nothing else: `semaine du 4 mars` → `Semaine du 4 mars`."""
    return text[:1].upper() + text[1:]


def month_name(month: date) -> str:
    """Name a month: `mars 2019`, `March 2019`."""
    return format_day(month, "MMMM yyyy")


def whole_month(month: date) -> str:
    """Name a month inside a sentence: `le mois de mars`, `le mois d’avril`, `March`; the year unless it is this one."""
    name = format_day(month, "MMMM" if month.year == clock.now().year else "MMMM y")
    if current_locale() != "fr":
        return name
    return f"le mois d’{name}" if name.startswith(("a", "o")) else f"le mois de {name}"  # avril, août, octobre


FILTERS = (
    written_in,
    person_name,
    long_date,
    short_date,
    short_weekday,
    days_not_worked,
    why_moved,
    moment,
    time_of_day,
    week_dates,
    week_name,
    upper_first,
    month_name,
    whole_month,
)

TESTS = (today_in,)
