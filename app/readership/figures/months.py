"""The calendar of the figures: a month is its first day; when it is final, and up to which day marks count.

Values in, values out.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

LABEL = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])", re.ASCII)
GRACE = timedelta(days=7)  # marks count until so long after the month's last day; then the month is frozen


def parse_month(label: str) -> date:
    """`2019-03` → its first day. Raises ValueError for anything else."""
    match = LABEL.fullmatch(label)
    if not match:
        raise ValueError(f"{label!r} is not a month such as 2019-03")
    return date(int(match[1]), int(match[2]), 1)


def month_label(month: date) -> str:
    return f"{month:%Y-%m}"


def last_day_of(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def is_final(month: date, today: date) -> bool:
    """Whether the month is complete: seven days have passed since its end, and its figures change no more."""
    return today > last_day_of(month) + GRACE


def counts_until(month: date, today: date) -> date:
    """The last day whose marks count, `today` being the day in the promotion's zone.

    It is yesterday while the month is open: a figure that moves with each mark would tell who made it.
    """
    return min(last_day_of(month) + GRACE, today - timedelta(days=1))


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of its month where that month is shorter."""
    year, number = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, number + 1, min(day.day, monthrange(year, number + 1)[1]))


def kept_until(ends_on: date, months: int) -> date:
    """The last day on which the marks, answers and consents of a promotion that `ends_on` that day are kept."""
    return months_later(ends_on, months)
