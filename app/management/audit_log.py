"""The audit log of a cohort as it is read: a month, filtered; and as a CSV file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select

from app.audit.actions import topic_of
from app.audit.models import AuditEntry
from app.audit.words import describe_action
from app.corrections.words import PART_WORDS, WithdrawnPart
from app.database import db
from app.i18n import gettext as _
from app.i18n import person_name, short_date, week_name
from app.management.role_words import ROLE_WORDS
from app.records.milestones import is_milestone
from app.records.words import milestone_name
from app.retrospective.audience_words import AUDIENCE_WORDS
from app.retrospective.models import Audience
from app.spreadsheets import write_sheet
from app.teams.members import find_people
from app.teams.models import Person, Promotion
from app.teams.names import name_order
from app.teams.roles import Role
from app.weeks import Week

CODED_SUBJECTS = {"questionnaire", "report"}  # the topics whose subject is a code: no name that somebody gave
DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})? ?→ ?(\d{4}-\d{2}-\d{2})?")  # the first and the last one of a membership
WEEK_OR_DAY = re.compile(r"\b(?:\d{4}-W\d{2}|\d{4}-\d{2}-\d{2})\b")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the log is asked for: a topic, what one person did; None means everything."""

    topic: str | None = None
    by: int | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry with its people, as they are called today; None where nobody was, or for somebody erased.

    `cohort` is the name of the cohort it belongs to, where the lines are of several.
    """

    entry: AuditEntry
    actor: Person | None
    person: Person | None
    cohort: str = ""

    @property
    def who(self) -> str:
        """Who did it: a name, a former member, or the site for what no person did on it."""
        if not self.entry.by_person:
            return _("the site")
        return person_name(self.actor) if self.actor and self.actor.display_name else _("a former member")

    @property
    def what(self) -> str:
        """What they did, to follow `who`."""
        return describe_action(self.entry.action)

    @property
    def about(self) -> str:
        """Whom and what it is about, in one line; may be empty."""
        by_themselves = self.actor is not None and self.actor is self.person
        person = person_name(self.person) if self.entry.about_person and not by_themselves else ""
        parts = (self.cohort, person, self.subject, self.detail)
        return " · ".join(dict.fromkeys(part for part in parts if part))

    @property
    def subject(self) -> str:
        """What it is about; may be empty."""
        is_code = topic_of(self.entry.action) in CODED_SUBJECTS
        return (_say_code if is_code else _say_dates)(self.entry.subject)

    @property
    def detail(self) -> str:
        """What else was noted; may be empty."""
        return _say_code(self.entry.detail)


@dataclass(frozen=True, slots=True)
class LogDay:
    """What was done on a day of some zone, the newest first."""

    day: date
    lines: tuple[LogLine, ...]


def by_day(lines: Iterable[LogLine], zone: ZoneInfo) -> list[LogDay]:
    """Return `lines`, which are in the order of time, by the days of `zone`."""
    days = groupby(lines, key=lambda line: line.entry.at.astimezone(zone).date())
    return [LogDay(day, tuple(of_day)) for day, of_day in days]


def months_of(promotion: Promotion) -> list[date]:
    """Return the first days of the months in which something is in the log, in the promotion's zone, newest first."""
    zone = ZoneInfo(promotion.timezone)
    moments = db.session.scalars(_entries(promotion).with_only_columns(AuditEntry.at))
    return sorted({at.astimezone(zone).date().replace(day=1) for at in moments}, reverse=True)


def actors_of(promotion: Promotion) -> list[Person]:
    """Return who has done something that is in the log, by name."""
    ids = db.session.scalars(_entries(promotion).with_only_columns(AuditEntry.actor_id).distinct())
    people = [person for person in find_people(ids).values() if person.email]
    return sorted(people, key=lambda person: name_order(person.display_name))


def read_log(promotion: Promotion, month: date | None, only: LogFilter) -> list[LogLine]:
    """Return the lines of `month` (its first day), of all months with None; the newest first."""
    query = _entries(promotion).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if month:
        first, after = _bounds(month, ZoneInfo(promotion.timezone))
        query = query.where(AuditEntry.at >= first, AuditEntry.at < after)
    if only.by is not None:
        query = query.where(AuditEntry.actor_id == only.by)
    entries = [e for e in db.session.scalars(query) if only.topic in {None, topic_of(e.action)}]
    return to_lines(entries, {})


def to_lines(entries: Sequence[AuditEntry], cohorts: Mapping[int, str]) -> list[LogLine]:
    """Return the entries with their people; `cohorts` are the names of cohorts by their ids."""
    people = find_people([e.actor_id for e in entries] + [e.person_id for e in entries])
    return [
        LogLine(e, people.get(e.actor_id), people.get(e.person_id), cohorts.get(e.promotion_id or 0, ""))
        for e in entries
    ]


def to_csv(lines: Sequence[LogLine], zone: ZoneInfo, *, of_several: bool = False) -> str:
    """Return the lines as a file that a spreadsheet opens and runs nothing of; `of_several`: with their cohorts."""
    columns = [_("When"), _("Who"), _("What"), _("About whom"), _("About what"), _("Details")]
    rows = []
    for line in lines:
        entry = line.entry
        when = entry.at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
        person = person_name(line.person) if entry.about_person else ""
        cohort = [line.cohort] if of_several else []
        rows.append([when, line.who, line.what, person, line.subject, line.detail, *cohort, entry.action])
    return write_sheet([*columns, *([_("Cohort")] if of_several else []), "code"], rows)


def _say_code(noted: str) -> str:
    """Return a code as a reader says it: roles, audiences, milestones, parts of bulletins, days; two weeks as one."""
    if noted in set(Role):
        return str(ROLE_WORDS[Role(noted)])
    if noted in set(Audience):
        return str(AUDIENCE_WORDS[Audience(noted)])
    about, comma, part = noted.rpartition(", ")
    if part in set(WithdrawnPart):
        return f"{about}{comma}{PART_WORDS[WithdrawnPart(part)]}"
    if is_milestone(noted):
        return milestone_name(noted)
    if days := DAYS.fullmatch(noted.strip()):
        return _say_days(*days.groups())
    first, dash, last = noted.partition("–")
    return _say_dates(first if dash and first == last else noted)


def _say_days(first: str | None, last: str | None) -> str:
    """Return from when to when somebody belongs; nothing where there is neither."""
    if not last:
        return _("from %(day)s on", day=_say_dates(first)) if first else ""
    if not first:
        return _("until %(day)s", day=_say_dates(last))
    return _("from %(first)s to %(last)s", first=_say_dates(first), last=_say_dates(last))


def _say_dates(noted: str) -> str:
    return WEEK_OR_DAY.sub(_say_when, noted)


def _say_when(written: re.Match[str]) -> str:
    """Return a week or a day as it is said; as it is written when the calendar has none such."""
    text = written[0]
    try:
        return week_name(Week.parse(text)) if "W" in text else short_date(date.fromisoformat(text))
    except ValueError:
        return text


def _entries(promotion: Promotion) -> Select[AuditEntry]:
    return select(AuditEntry).where(AuditEntry.promotion_id == promotion.id)


def _bounds(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the month begins, and when the next one does."""
    year, following = divmod(month.year * 12 + month.month, 12)
    after = date(year, following + 1, 1)
    return datetime.combine(month, time(), zone), datetime.combine(after, time(), zone)
