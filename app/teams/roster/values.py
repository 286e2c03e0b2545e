"""Parse the single values of a roster: text → value, or a ValueError whose message is for the file's author.

Values in, values out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from typing import TypeVar
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from app.import_files import fault_text as _t
from app.public_holidays import is_known
from app.teams.names import RESERVED_SLUGS, SLUG_LENGTH, nearest, slugify, team_key
from app.text_cleaning import clean_line, strip_unseen
from app.weeks import Week

T = TypeVar("T")
LONGEST_NAME = 200  # characters
LONGEST_SHOWN = 80
LOCALES = ("fr", "en")
DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
TIME = re.compile(r"(\d|[01]\d|2[0-3])[:h]([0-5]\d)", re.ASCII)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
WEEKDAYS = {  # ISO numbers
    **{name: number for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday"), 1)},
    **{name: number for number, name in enumerate(("lundi", "mardi", "mercredi", "jeudi", "vendredi"), 1)},
}


def parse_name(text: str) -> str:
    """Return a text of at most LONGEST_NAME characters."""
    name = clean_line(text)
    if len(name) > LONGEST_NAME:
        raise ValueError(_t("longer than %(most)d characters", most=LONGEST_NAME))
    return name


def parse_matched_name(text: str) -> str:
    """Return a name that has a letter or a digit, by which `team_key` can match it."""
    if not team_key(text):
        raise ValueError(_t("“%(text)s” has no letter or digit", text=shown(text)))
    if len(team_key(text)) > LONGEST_NAME:  # some signs stand for several letters
        raise ValueError(_t("longer than %(most)d characters when it is spelled out", most=LONGEST_NAME))
    return parse_name(text)


def parse_promotion_name(text: str) -> str:
    """Return a name from which a slug can be made."""
    if slugify(text) in {"", *RESERVED_SLUGS}:
        raise ValueError(_t("“%(text)s” makes no address of its own; choose another name", text=shown(text)))
    return parse_name(text)


def parse_day(text: str) -> date:
    """Parse `2019-01-14`."""
    try:
        if DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise ValueError(_t("“%(text)s” is not a day such as 2019-01-14", text=shown(text)))


def parse_week(text: str) -> Week:
    """Parse `2019-W31`, or any day of it."""
    for parse in (Week.parse, lambda day: Week.of(parse_day(day))):
        try:
            return parse(text.strip())
        except ValueError:
            continue
    raise ValueError(_t("“%(text)s” is neither a week such as 2019-W31 nor a day such as 2019-07-29", text=shown(text)))


def parse_time(text: str) -> time:
    """Parse `15:05` or `15h05`."""
    match = TIME.fullmatch(text.strip())
    if not match:
        raise ValueError(_t("“%(text)s” is not an hour such as 15:05", text=shown(text)))
    return time(int(match[1]), int(match[2]))


def parse_closing(text: str) -> tuple[int, time]:
    """Parse `friday 15:00` into the ISO number of the day and the time."""
    day, _, at = text.strip().lower().partition(" ")
    if day not in WEEKDAYS:
        raise ValueError(_t("“%(text)s” is not a working day and an hour, such as friday 15:00", text=shown(text)))
    return WEEKDAYS[day], parse_time(at)


def parse_zone(text: str) -> str:
    """Return a name of the IANA time zone database."""
    zones = available_timezones()
    if text not in zones:
        likely = nearest(text, sorted(zones), 1)
        hint = _t("did you mean “%(likely)s”?", likely=likely[0]) if likely else _t("use a name such as “Europe/Paris”")
        raise ValueError(_t("unknown time zone “%(text)s”; %(hint)s", text=shown(text), hint=hint))
    return text


def parse_country(text: str) -> str | None:
    """Parse the code of a country, or of a part of one, whose public holidays are known; or `none`."""
    code = text.strip().upper()
    if code == "NONE":
        return None
    if not is_known(code):
        raise ValueError(
            _t(
                "unknown country “%(text)s”; use its code of two letters, such as FR, or a part of it, "
                "such as FR-57 or FR-971; or none",
                text=shown(text),
            )
        )
    return code


def parse_locale(text: str) -> str:
    """Parse the code of a language of the interface."""
    code = text.strip().lower()
    if code not in LOCALES:
        raise ValueError(
            _t("unknown language “%(text)s”; known: %(known)s", text=shown(text), known=", ".join(LOCALES))
        )
    return code


def parse_slug(text: str) -> str:
    """Return the first part of the path of a promotion's pages."""
    if not SLUG.fullmatch(text) or len(text) > SLUG_LENGTH:
        raise ValueError(_t("“%(text)s” is not made of small letters, digits and single hyphens", text=shown(text)))
    if text in RESERVED_SLUGS:
        raise ValueError(_t("“%(text)s” is an address of the site itself; choose another", text=shown(text)))
    return text


def parse_email(text: str) -> str:
    """Return an e-mail address in lower case, its domain in ASCII. Only the form is checked.

    Copied from a list of contacts or a chat, it often has signs around it that nobody sees.
    """
    try:
        checked = validate_email(strip_unseen(text), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValueError(_t("“%(text)s” is not an email address", text=shown(text))) from None
    return str(checked.ascii_email).lower()


def or_none(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    """Return a parser that takes the word `none` for None, and leaves every other text to `parse`."""
    return lambda text: None if text.strip().lower() == "none" else parse(text)


def shown(text: str) -> str:
    """Return what was written as a message quotes it: on one line, not too long."""
    line = clean_line(text)
    return line if len(line) <= LONGEST_SHOWN else f"{line[: LONGEST_SHOWN - 1]}…"
