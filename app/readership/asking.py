"""When the question of a month is asked: from the week of its last digest until it is frozen. Values in, values out."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from app.readership.figures.months import is_final
from app.weeks import Timetable, Week

WEEKS_BACK = 6  # a month is frozen a week after its end: its last digest is never further away


@lru_cache(maxsize=256)
def asked_months(timetable: Timetable, first: Week, last: Week, today: date) -> tuple[date, ...]:
    """The months about which a promotion is asked `today` (in its zone), earliest first: one, or two at its very end.

    `first` and `last` are the promotion's weeks.
    """
    current = Week.of(today)
    weeks = [current + -back for back in range(WEEKS_BACK, -1, -1)]
    ended = [timetable.month(week) for week in weeks if first <= week <= last and timetable.ends_month(week, last)]
    return tuple(month for month in ended if month and not is_final(month, today))
