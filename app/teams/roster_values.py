"""What the single values of a roster mean: text → value, or a ValueError for its author. Values in, values out."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Any
from zoneinfo import available_timezones

import holidays
from email_validator import EmailNotValidError, validate_email

from app.teams.names import RESERVED_SLUGS, SLUG_LENGTH, nearest, slugify, team_key
from app.weeks import Week

LONGEST_NAME = 200
LOCALES = ("fr", "en")
DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
HOUR = re.compile(r"(\d{1,2})[:h](\d\d)", re.ASCII)
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
WEEKDAYS = {
    **{name: number for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday"), 1)},
    **{name: number for number, name in enumerate(("lundi", "mardi", "mercredi", "jeudi", "vendredi"), 1)},
}


def a_text(text: str) -> str:
    """Any text, on one line."""
    return " ".join(text.split())


def a_name(text: str) -> str:
    """A text that fits where names are shown."""
    name = a_text(text)
    if len(name) > LONGEST_NAME:
        raise ValueError(f"longer than {LONGEST_NAME} characters")
    return name


def a_matched_name(text: str) -> str:
    """A name with something in it by which it can be matched."""
    if not team_key(text):
        raise ValueError(f"{text!r} has no letter or digit")
    return a_name(text)


def a_promotion_name(text: str) -> str:
    """A name of which an address can be made."""
    if slugify(text) in {"", *RESERVED_SLUGS}:
        raise ValueError(f"{text!r} makes no address of its own; choose another name")
    return a_name(text)


def a_day(text: str) -> date:
    """`2019-01-14`."""
    try:
        if DAY.fullmatch(text.strip()):
            return date.fromisoformat(text.strip())
    except ValueError:
        pass
    raise ValueError(f"{text!r} is not a day such as 2019-01-14")


def a_day_or_none(text: str) -> date | None:
    """`2019-01-14`, or `none`."""
    return None if text.strip().lower() == "none" else a_day(text)


def a_week(text: str) -> Week:
    """`2019-W31`, or any day of it."""
    try:
        return Week.parse(text.strip())
    except ValueError:
        pass
    try:
        return Week.of(a_day(text))
    except ValueError:
        raise ValueError(f"{text!r} is neither a week such as 2019-W31 nor a day such as 2019-07-29") from None


def an_hour(text: str) -> time:
    """`15:05`."""
    match = HOUR.fullmatch(text.strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:  # noqa: PLR2004 (hours and minutes of a day)
        raise ValueError(f"{text!r} is not an hour such as 15:05")
    return time(int(match[1]), int(match[2]))


def an_hour_or_none(text: str) -> time | None:
    """`10:00`, or `none`."""
    return None if text.strip().lower() == "none" else an_hour(text)


def a_closing(text: str) -> tuple[int, time]:
    """`friday 15:00`: the ISO number of the day, and the hour."""
    day, _, hour = text.strip().lower().partition(" ")
    if day not in WEEKDAYS:
        raise ValueError(f"{text!r} is not a working day and an hour, such as friday 15:00")
    return WEEKDAYS[day], an_hour(hour)


def a_zone(text: str) -> str:
    """A name of the IANA time zone database."""
    zones = available_timezones()
    if text not in zones:
        likely = nearest(text, zones, 1)
        raise ValueError(f"unknown time zone {text!r}; did you mean {likely[0] if likely else 'Europe/Paris'!r}?")
    return text


def a_country(text: str) -> str | None:
    """An ISO 3166-1 code whose public holidays are known, or `none`."""
    code = text.strip().upper()
    if code == "NONE":
        return None
    if len(code) != 2 or code not in holidays.list_supported_countries():  # noqa: PLR2004 (a code has two letters)
        raise ValueError(f"unknown country {text!r}; use its code of two letters, such as FR, or none")
    return code


def a_locale(text: str) -> str:
    """A language of the interface."""
    code = text.strip().lower()
    if code not in LOCALES:
        raise ValueError(f"unknown language {text!r}; known: {', '.join(LOCALES)}")
    return code


def a_slug(text: str) -> str:
    """The promotion's part of the site's addresses."""
    if not SLUG.fullmatch(text) or len(text) > SLUG_LENGTH:
        raise ValueError(f"{text!r} is not made of small letters, digits and single hyphens")
    if text in RESERVED_SLUGS:
        raise ValueError(f"{text!r} is an address of the site itself; choose another")
    return text


def an_address(text: str) -> str:
    """A mail address, in small letters. Only its form is checked."""
    try:
        checked: Any = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as refusal:
        raise ValueError(f"{text!r} is not a mail address: {refusal}") from None
    return str(checked.ascii_email).lower()
