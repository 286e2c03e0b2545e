"""The tables of the page in the reader's language: the names of their columns, and what stands in their cells."""

from __future__ import annotations

from enum import StrEnum

from app.bulletins.mood_words import MOOD_WORDS
from app.digests.writing_status import WritingStatus
from app.engagement.tables import FREQUENCY, Table, Value
from app.help_requests.rules import HelpState
from app.i18n import gettext as _
from app.i18n import lazy_gettext as _l
from app.readership.figures.monthly import Frequency, Group
from app.readership.question import HABIT_LABELS
from app.readership.survey import Habit

COLUMNS = {
    "month": _l("Month"),
    "frozen": _l("Final"),
    "group": _l("Group"),
    "eligible": _l("Members counted"),
    "readers": _l("Members who marked a digest as read"),
    "floor": _l("Share who marked a digest as read"),
    "at_least": _l("Marked as read (minimum)"),
    "declared_answers": _l("Answers to the month’s question"),
    "declared_share": _l("Share who read, by their answers"),
    "declared_at_least": _l("By their answers (minimum)"),
    "declared_low": _l("Confidence interval (0.95), from"),
    "declared_high": _l("Confidence interval (0.95), to"),
    "coverage": _l("Share whose reading would be seen"),
    "coverage_at_least": _l("Reading that would be seen (minimum)"),
    "estimate": _l("Estimate"),
    "team": _l("Team"),
    "week": _l("Week"),
    "running": _l("Still running"),
    "on_time": _l("On time"),
    "late": _l("Late"),
    "silent": _l("No bulletin"),
    "paused": _l("Paused"),
    "share_on_time": _l("Share on time"),
    "share_late": _l("Share late"),
    "share_silent": _l("Share without a bulletin"),
    "share_paused": _l("Share paused"),
    HelpState.OPEN.value: _l("Open, without an offer"),
    HelpState.OFFERED.value: _l("With an offer"),
    HelpState.RESOLVED.value: _l("Resolved so far"),
    HelpState.WITHDRAWN.value: _l("Withdrawn by their team"),
    HelpState.ARCHIVED.value: _l("Archived with their imported bulletins"),
    "median_days_to_first_offer": _l("Median days to the first offer"),
    "calls_with_an_offer": _l("Requests with an offer"),
    "median_days_to_resolution": _l("Median days to the resolution"),
    **{mood.value: words for mood, words in MOOD_WORDS.items()},
}
READING: dict[StrEnum, str] = {habit: HABIT_LABELS[habit] for habit in Habit} | {Frequency.NONE: _l("no digest")}
VALUES: dict[StrEnum, str] = {
    Group.EIG: _l("EIGs"),
    Group.MENTOR: _l("Mentors"),
    Group.ALL: _l("All"),
    WritingStatus.WROTE: _l("written"),
    WritingStatus.LATE: _l("late"),
    WritingStatus.MISSING: _l("nothing"),
    WritingStatus.NOT_YET: _l("not yet"),
    WritingStatus.PAUSED: _l("paused"),
    WritingStatus.NONE: _l("not expected"),
}


def in_words(table: Table) -> Table:
    """Return the table as its reader's language has it; names of teams, weeks and numbers stay as they are."""
    columns = tuple(_column(name) for name in table.columns)
    return Table(columns, [tuple(_value(value) for value in row) for row in table.rows])


def _column(name: str) -> str:
    for habit in Habit:
        if name == f"declared_{habit}":
            return _("Answered: %(habit)s", habit=HABIT_LABELS[habit])
    for reading in FREQUENCY:
        if name == f"frequency_{reading}":
            return _("Read: %(habit)s", habit=READING[reading])
    return str(COLUMNS.get(name, name))


def _value(value: Value) -> Value:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(VALUES[value]) if isinstance(value, StrEnum) else value
