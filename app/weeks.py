"""The week and its timetable: when it opens, closes, reminds and becomes a digest. Values in, values out.

A week is its Monday (ISO 8601); its label uses the ISO year, so 31 December 2026 and 1 January 2027 share `2026-W53`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.public_holidays import public_holidays

LABEL = re.compile(r"((?:19|20|21)\d{2})-W(\d{2})", re.ASCII)  # far from the ends of the calendar
FRIDAY = 5  # ISO weekday
DUE_AUTOMATICALLY_FOR = timedelta(days=7)


class WeekState(StrEnum):
    """The state of a week, which depends on the moment and on whether its digest exists."""

    NOT_OPEN = "not_open"
    OPEN = "open"
    CLOSED = "closed"
    ISSUED = "issued"


class ReminderAudience(StrEnum):
    """Whom a reminder is for."""

    EVERYONE = "everyone"
    NOT_WRITTEN = "not_written"


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week, keyed by its Monday. Raises ValueError when built from another day."""

    monday: date

    def __post_init__(self) -> None:
        if self.monday.isoweekday() != 1:
            raise ValueError(f"{self.monday} is not a Monday")

    @classmethod
    def of(cls, day: date) -> Week:
        """Return the week that holds `day`, a date in the zone that matters."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def parse(cls, label: str) -> Week:
        """Parse `2019-W10`, from 1900 to 2199. Raises ValueError for anything else, `2026-W54` included."""
        match = LABEL.fullmatch(label)
        if not match:
            raise ValueError(f"{label!r} is not a week such as 2019-W10")
        return cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))

    @property
    def label(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year:04d}-W{number:02d}"

    @property
    def number(self) -> int:
        """The ISO number of the week, 1 to 53."""
        return self.monday.isocalendar().week

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def next(self) -> Week:
        return self + 1

    @property
    def previous(self) -> Week:
        return self + -1

    def day(self, weekday: int) -> date:
        """Return the day of this week with that ISO weekday (Monday is 1)."""
        return self.monday + timedelta(days=weekday - 1)

    def __add__(self, weeks: int) -> Week:
        return Week(self.monday + timedelta(weeks=weeks))

    def __sub__(self, other: Week) -> int:
        """Return how many weeks after `other` this one is."""
        return (self.monday - other.monday).days // 7

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a week: when it is due, and for whom."""

    at: datetime
    audience: ReminderAudience


class WhyOff(StrEnum):
    """Why a day from Monday to Friday is not worked."""

    HOLIDAY = "holiday"
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day on which a week could have closed, had it been worked."""

    day: date
    why: WhyOff


@dataclass(frozen=True, slots=True)
class Timetable:
    """What a promotion's week looks like, in its own zone. Every moment that comes out is in UTC."""

    zone: ZoneInfo
    country: str | None = "FR"
    days_off: frozenset[date] = field(default_factory=frozenset)
    closing_weekday: int = FRIDAY
    closes_at: time = time(15, 0)
    digest_at: time = time(15, 5)
    reminds_everyone_at: time | None = time(10, 0)
    reminds_unwritten_at: tuple[time, ...] = (time(14, 0), time(14, 45))
    starts_on: date = date.min  # of the promotion
    ends_on: date = date.max
    former: tuple[tuple[Week, Timetable], ...] = ()  # each with the last week it held in, oldest first

    def held_in(self, week: Week) -> Timetable:
        """Return the timetable by which `week` goes: a former one, or this one with all that follows the former."""
        return next((timetable for last, timetable in self.former if week <= last), self)

    def week_at(self, moment: datetime) -> Week:
        """Return the week that `moment` falls in, in the promotion's zone."""
        return Week.of(moment.astimezone(self.zone).date())

    def is_working_day(self, day: date) -> bool:
        """Return whether `day` is Monday to Friday, neither a public holiday of the country nor a declared day off."""
        return (
            day.isoweekday() <= FRIDAY
            and day not in self.days_off
            and day not in public_holidays(self.held_in(Week.of(day)).country, day.year)
        )

    def closing_day(self, week: Week) -> date | None:
        """Return the usual day of closing; else the last working day before it, or the first after it, or None."""
        usual = self.held_in(week).closing_weekday
        weekdays = (*range(usual, 0, -1), *range(usual + 1, FRIDAY + 1))
        return next((day for day in map(week.day, weekdays) if self.is_working_day(day)), None)

    def skipped_days(self, week: Week) -> list[SkippedDay]:
        """Return the days that moved the week's closing from its usual day, in their order; none where nothing did."""
        usual, closing = week.day(self.held_in(week).closing_weekday), self.closing_day(week)
        if closing is None:
            first, last = week.monday, week.day(FRIDAY)
        else:
            first, last = (closing, usual) if closing <= usual else (week.monday, closing)
        days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
        return [
            SkippedDay(day, WhyOff.DAY_OFF if day in self.days_off else WhyOff.HOLIDAY)
            for day in days
            if not self.is_working_day(day)
        ]

    def opens(self, week: Week) -> datetime:
        """Return the moment at which the week opens: its Monday at midnight."""
        return self._moment(week.monday, time(0, 0))

    def closes(self, week: Week) -> datetime | None:
        """Return the moment from which on the week's bulletins are closed; None for a week without a working day."""
        return self._on_closing_day(week, self.held_in(week).closes_at)

    def digest_due(self, week: Week) -> datetime | None:
        """Return the planned moment of the week's digest; None for a week without a working day."""
        return self._on_closing_day(week, self.held_in(week).digest_at)

    def reminders(self, week: Week) -> list[Reminder]:
        """Return the reminders of the week, earliest first; none for a week without a working day."""
        day = self.closing_day(week)
        if day is None:
            return []
        hours = self.held_in(week)
        first = (
            []
            if hours.reminds_everyone_at is None
            else [Reminder(self._moment(day, hours.reminds_everyone_at), ReminderAudience.EVERYONE)]
        )
        last = [Reminder(self._moment(day, at), ReminderAudience.NOT_WRITTEN) for at in hours.reminds_unwritten_at]
        return sorted(first + last, key=lambda reminder: reminder.at)

    def month(self, week: Week) -> date | None:
        """Return the first day of the month that the week's digest is filed under: that of its planned moment.

        Never one that the promotion does not touch, whose last digest may be due some days after its end.
        """
        day = self.closing_day(week)
        return min(max(day, self.starts_on), self.ends_on).replace(day=1) if day else None

    def ends_month(self, week: Week, last: Week) -> bool:
        """Return whether the week's digest is the last one of its month; `last` is the last week with any."""
        month, later = self.month(week), (week + ahead for ahead in range(1, 6))
        return month is not None and all(self.month(after) != month for after in later if after <= last)

    def late_until(self, week: Week) -> datetime | None:
        """Return the closing that ends late filing for `week`: that of the next week which has one, within a year."""
        closings = (self.closes(week + ahead) for ahead in range(1, 53))
        return next((closing for closing in closings if closing), None)

    def previous_with_bulletin(self, week: Week) -> Week:
        """Return the last week before `week` that has a bulletin; the one just before when none has within a year."""
        earlier = (week + -back for back in range(1, 53))
        return next((candidate for candidate in earlier if self.closing_day(candidate)), week.previous)

    def state(self, week: Week, now: datetime, *, issued: bool) -> WeekState:
        """Return the state of the week at `now`. A week without a working day is never open: it has no bulletin."""
        if issued:
            return WeekState.ISSUED
        if now < self.opens(week):
            return WeekState.NOT_OPEN
        closes = self.closes(week) or self.opens(week)
        return WeekState.OPEN if now < closes else WeekState.CLOSED

    def is_due_automatically(self, week: Week, now: datetime) -> bool:
        """Return whether the digest is due at `now` without a command: its moment has come, its closing is recent."""
        due, closes = self.digest_due(week), self.closes(week)
        return due is not None and closes is not None and due <= now <= closes + DUE_AUTOMATICALLY_FOR

    def is_from_archive(self, week: Week, issued_at: datetime) -> bool:
        """Return whether the digest of `week`, issued then, was issued for the archive, when its time had passed."""
        closes = self.closes(week)
        return closes is not None and issued_at > closes + DUE_AUTOMATICALLY_FOR

    def weeks_due(self, now: datetime) -> list[Week]:
        """Return the weeks whose digests are due automatically at `now`, oldest first."""
        current = self.week_at(now)
        return [week for week in (current + -2, current + -1, current) if self.is_due_automatically(week, now)]

    def _on_closing_day(self, week: Week, at: time) -> datetime | None:
        day = self.closing_day(week)
        return self._moment(day, at) if day else None

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.held_in(Week.of(day)).zone).astimezone(UTC)


def weeks_between(first: Week, last: Week) -> list[Week]:
    """Return every week from `first` to `last`, both included."""
    return [first + ahead for ahead in range(last - first + 1)]
