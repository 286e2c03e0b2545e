"""The words of the import: faults of a list, what a change is about, columns and their values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from app.file_fault_words import describe_first
from app.i18n import LOCALES, short_date
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.management.importing import Refusal
from app.management.role_words import ROLE_WORDS
from app.teams.models import Team
from app.teams.roles import Role
from app.teams.roster.list_faults import Fault, ListFault

FAULT_WORDS = {
    Fault.TOO_LARGE: _l("This is too large to be the list of a cohort."),
    Fault.WORKBOOK: _l(
        "This is a workbook, which this site cannot read. Save the sheet as CSV, or copy the cells and paste them here."
    ),
    Fault.NO_TEXT: _l("This is not a text file: in the spreadsheet, save the list as CSV."),
    Fault.EMPTY: _l("There is nobody in this list."),
    Fault.NO_HEADING: _l(
        "No line names the columns: the first one should say “Name”, “Email”, “Team”, “Role”, in any order."
    ),
    Fault.SAME_COLUMN: _l("two columns are for the same thing: “%(value)s”"),
    Fault.OPEN_QUOTE: _l("a quote opens here and is never closed; delete it, or write it twice inside a cell"),
    Fault.NO_EMAIL: _l("no email address: “%(value)s”"),
    Fault.EMAIL: _l("not an email address: “%(value)s”"),
    Fault.TWICE: _l("%(value)s is in the list twice; everybody has one part"),
    Fault.ROLE: _l("unknown role “%(value)s”: EIG, mentor or coordination"),
    Fault.NO_TEAM: _l("no team for %(value)s"),
    Fault.NAME: _l("this name is too long, or has no letter: “%(value)s”"),
    Fault.DAY: _l("not a day: “%(value)s”; write it as 14/01/2019 or 2019-01-14"),
    Fault.DISORDER: _l("the last day (%(value)s) is before the first"),
    Fault.LANGUAGE: _l("unknown language “%(value)s”: French or English"),
}
OF_THE_WHOLE = {Fault.TOO_LARGE, Fault.WORKBOOK, Fault.NO_TEXT, Fault.EMPTY, Fault.NO_HEADING}
KIND_WORDS = {
    "promotion": _l("Cohort"),
    "day_off": _l("Day off"),
    "team": _l("Team"),
    "pause": _l("Pause"),
    "person": _l("Person"),
    "member": _l("Member"),
}
REFUSAL_WORDS = {
    Refusal.OTHER_COHORT: _l(
        "This file is of another cohort: its name or slug is not that of this one. "
        "Make another cohort on the page of all cohorts."
    ),
    Refusal.ADDRESS: _l(
        "This file corrects an address (“was:”): correct it on the page of the member, so that both addresses are told."
    ),
}
COLUMN_WORDS = {
    "name": _l("name"),
    "email": _l("address"),
    "locale": _l("language"),
    "role": _l("role"),
    "team": _l("team"),
    "coordinates": _l("coordinates, too"),
    "joined_on": _l("first day"),
    "left_on": _l("last day"),
    "active_from": _l("first day"),
    "active_until": _l("last day"),
    "administration": _l("administration"),
    "summary": _l("in one sentence"),
    "starts_on": _l("first day"),
    "ends_on": _l("last day"),
    "timezone": _l("time zone"),
    "country": _l("country"),
    "closing_weekday": _l("closing day"),
    "closes_at": _l("closing"),
    "digest_at": _l("digest"),
    "reminds_everyone_at": _l("reminder"),
    "reminds_unwritten_at": _l("last reminders"),
    "last_week": _l("last week"),
    "reason": _l("reason"),
}


def describe_faults(faults: Sequence[ListFault]) -> list[str]:
    """Say in words what is wrong with a list, a line a fault."""
    return describe_first(faults, _describe)


def _describe(fault: ListFault) -> str:
    words = str(FAULT_WORDS[fault.fault])
    if fault.fault in OF_THE_WHOLE:
        return words
    return _("Line %(line)d: %(fault)s", line=fault.line, fault=words % {"value": fault.value})


def name_column(column: str) -> str:
    """Name a column of a change."""
    return str(COLUMN_WORDS.get(column, column))


def describe_value(value: object) -> str:
    """Say a value of a change in words."""
    words: object = value
    match value:
        case Role():
            words = ROLE_WORDS[value]
        case bool():
            words = _("yes") if value else _("no")
        case Team():
            words = value.name
        case time():
            words = f"{value:%H:%M}"
        case date():
            words = short_date(value)
        case list():
            words = " ".join(map(str, value))
        case str():
            words = LOCALES.get(value, value)
    return "—" if words is None or words == "" else str(words)
