"""When a team may write the bulletin of a week. Values in, values out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.weeks import Timetable, Week, WeekState


class Filing(StrEnum):
    """What a team can do with the bulletin of a week."""

    NOT_OPEN = "not_open"  # the week has not begun
    OPEN = "open"  # write, edit
    LATE = "late"  # nothing written in time: one bulletin may still be sent, once
    CLOSED = "closed"  # written, and closed
    OVER = "over"  # nothing written, and too late for it


def filing(timetable: Timetable, week: Week, now: datetime, *, written: bool, issued: bool) -> Filing:
    """What may be done at `now`, given whether the team has written and whether the digest exists."""
    state = timetable.state(week, now, issued=issued)
    if state is WeekState.NOT_OPEN:
        return Filing.NOT_OPEN
    if state is WeekState.OPEN:
        return Filing.OPEN
    if written:
        return Filing.CLOSED
    until = timetable.late_until(week)
    has_bulletins = timetable.closes(week) is not None
    return Filing.LATE if has_bulletins and until is not None and now < until else Filing.OVER
