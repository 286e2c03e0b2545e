"""What a timetable comes to, week by week, and what of it may still be changed. Values in, values out.

What is past never changes: a week that has closed, or whose digest is issued, keeps its moments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.digests.moments import local_moment
from app.weeks import FRIDAY, Reminder, SkippedDay, Timetable, Week

WEEKS_SHOWN = 8
LONGEST_ABSENCE = 31  # days off that may be added at once


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The moments of a week. `closes` and `digest` are None for one without a working day.

    `skipped`: the days that moved them. `missing_hours`: times that the clocks skip on that day, and their moment is
    the hour after.
    """

    week: Week
    closes: datetime | None
    digest: datetime | None
    reminders: tuple[Reminder, ...]
    skipped: tuple[SkippedDay, ...]
    missing_hours: tuple[time, ...]


class DayOffFault(StrEnum):
    """Why a day off cannot be added or taken back."""

    PAST = "past"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    OUTSIDE = "outside"  # the promotion
    ENDS_FIRST = "ends_first"
    TOO_LONG = "too_long"
    WEEK_CLOSED = "week_closed"
    WOULD_CLOSE_IN_THE_PAST = "would_close_in_the_past"


def plan_weeks(timetable: Timetable, first: Week, last: Week) -> list[WeekPlan]:
    """Return the moments of the weeks from `first` on: WEEKS_SHOWN of them, none after `last`."""
    weeks = (first + ahead for ahead in range(WEEKS_SHOWN))
    return [_plan(timetable, week) for week in weeks if week <= last]


def first_open_week(timetable: Timetable, now: datetime, *, issued: bool) -> Week:
    """Return the first week whose moments may still change; `issued`: the digest of the week of `now` is."""
    week = timetable.week_at(now)
    closes = timetable.closes(week)
    return week.next if issued or (closes is not None and closes <= now) else week


def first_moment(timetable: Timetable, week: Week) -> datetime | None:
    """Return when the week's first reminder leaves or, without one, when it closes; None for one that never closes."""
    reminders = timetable.reminders(week)
    return reminders[0].at if reminders else timetable.closes(week)


def may_begin_in(before: Timetable, after: Timetable, week: Week, now: datetime) -> bool:
    """Return whether other hours may hold in the open `week` already: neither they nor the old ones have begun to act.

    Else a reminder that was sent would be sent again, or a week would close in the past.
    """
    moments = [moment for moment in (first_moment(before, week), first_moment(after, week)) if moment]
    return all(now < moment for moment in moments)


def day_fault(before: Timetable, after: Timetable, day: date, first_open: Week, now: datetime) -> DayOffFault | None:
    """Return why `day` cannot become a day off or a worked one, `before` becoming `after`; None when it can."""
    week = Week.of(day)
    if week < first_open:
        return DayOffFault.WEEK_CLOSED
    if day < now.astimezone(before.zone).date():
        return DayOffFault.PAST
    closes = after.closes(week)
    if closes is not None and closes <= now:
        return DayOffFault.WOULD_CLOSE_IN_THE_PAST
    return None


def days_between(timetable: Timetable, first: date, last: date) -> list[date]:
    """Return the days from `first` to `last` that are worked; there are at most LONGEST_ABSENCE of them to look at."""
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [day for day in days if timetable.is_working_day(day)]


def are_off(timetable: Timetable, first: date, last: date | None) -> bool:
    """Return whether the days from `first` to `last`, only `first` without it, are days off by now: nothing to add."""
    if last is not None and not 0 <= (last - first).days < LONGEST_ABSENCE:
        return False
    declared = any(first <= day <= (last or first) for day in timetable.days_off)
    return declared and not days_between(timetable, first, last or first)


def range_fault(timetable: Timetable, first: date, last: date) -> DayOffFault | None:
    """Return why the days from `first` to `last` cannot be days off, whatever the moment; None when they can."""
    if last < first:
        return DayOffFault.ENDS_FIRST
    if first < timetable.starts_on or last > timetable.ends_on:
        return DayOffFault.OUTSIDE
    if (last - first).days >= LONGEST_ABSENCE:
        return DayOffFault.TOO_LONG
    if days_between(timetable, first, last):
        return None
    return DayOffFault.WEEKEND if first.isoweekday() > FRIDAY else DayOffFault.HOLIDAY


def _plan(timetable: Timetable, week: Week) -> WeekPlan:
    hours, day = timetable.held_in(week), timetable.closing_day(week)
    everyone = [hours.reminds_everyone_at] if hours.reminds_everyone_at else []
    times = [*everyone, *hours.reminds_unwritten_at, hours.closes_at, hours.digest_at]
    return WeekPlan(
        week=week,
        closes=timetable.closes(week),
        digest=timetable.digest_due(week),
        reminders=tuple(timetable.reminders(week)),
        skipped=tuple(timetable.skipped_days(week)),
        missing_hours=tuple(at for at in times if day and local_moment(day, at, hours.zone) is None),
    )
