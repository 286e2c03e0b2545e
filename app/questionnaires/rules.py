"""When a questionnaire's letters leave. Values in, values out."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

REMINDED_AT = time(9, 0)
LAST_DAYS = 2  # before the closing day
LEAST_APART = 2  # days between two letters


def reminder_days(issued_on: date, closes_on: date) -> tuple[date, ...]:
    """Return the days of the reminders, two at most: half-way, and shortly before the end; never too close together."""
    half_way = issued_on + (closes_on - issued_on) / 2
    days: list[date] = []
    for day in (half_way, closes_on - timedelta(days=LAST_DAYS)):
        if day - (days[-1] if days else issued_on) >= timedelta(days=LEAST_APART):
            days.append(day)
    return tuple(days)


def reminder_due(issued_on: date, closes_on: date, now: datetime) -> int:
    """Return the number of the last reminder that is due at `now`, in the promotion's zone; 0: none, or it is over.

    The site may have been down on the day of the first: then only the second leaves.
    """
    if now.date() > closes_on:
        return 0
    days = reminder_days(issued_on, closes_on)
    return sum((day, REMINDED_AT) <= (now.date(), now.time()) for day in days)
