"""The calendar of the figures: a month is its first day; when it is final, and up to which day marks count.

Values in, values out.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

LABEL = re.compile(r"([1-9]\d{3})-(0[1-9]|1[0-2])", re.ASCII)
GRACE = timedelta(days=7)  # marks count until so long after the month's last day; then the month is frozen


def parse_month(label: str) -> date:
    """Return the first day of a month such as `2019-03`. Raises ValueError for anything else."""
    match = LABEL.fullmatch(label)
    if not match:
        raise ValueError(f"{label!r} is not a month such as 2019-03")
    return date(int(match[1]), int(match[2]), 1)


def month_label(month: date) -> str:
    """Return the label of a month, such as `2019-03`."""
    return f"{month:%Y-%m}"


def last_day_of(month: date) -> date:
    """Return the last day of the month that begins on `month`."""
    return month + relativedelta(day=31)  # clipped to the month's length


def is_final(month: date, today: date) -> bool:
    """Return whether the month is complete: seven days have passed since its end, and its figures change no more."""
    return today > last_day_of(month) + GRACE


def counts_until(month: date, today: date) -> date:
    """Return the last day whose marks count, `today` being the day in the promotion's zone.

    It is yesterday while the month is open: a figure that moves with each mark would show who made it.
    """
    return min(last_day_of(month) + GRACE, today - timedelta(days=1))


def kept_until(ends_on: date, months: int) -> date:
    """Return the last day on which marks, answers and consents of a promotion that `ends_on` that day are stored.

    It is the same day `months` months later, or the last of its month where that month is shorter.
    """
    return ends_on + relativedelta(months=months)
