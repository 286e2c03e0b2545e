"""When the letters of a milestone are due, and for whom: its opening, and two reminders at most. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.teams.roles import Role

OPENING, MOST_REMINDERS = 0, 2  # the number of the letter that tells of the opening; reminders are 1 and 2
LETTERS_AT = time(9, 0)  # in the promotion's zone
BEFORE_CLOSING = timedelta(days=3)  # of the last reminder

DURING = frozenset({Role.EIG, Role.MENTOR})
AFTER = frozenset({Role.EIG, Role.MENTOR, Role.ALUMNI})


def letter_moments(
    opens_on: date, closes_on: date, is_working_day: Callable[[date], bool], zone: ZoneInfo
) -> list[datetime]:
    """Return when letters leave: at the opening, half-way, BEFORE_CLOSING; on working days where there are any left.

    A reminder whose day is not after the letter before it is left out.
    """
    days = [opens_on, opens_on + (closes_on - opens_on) / 2, closes_on - BEFORE_CLOSING]
    moments: list[datetime] = []
    for day in days:
        moment = datetime.combine(_working_day(day, closes_on, is_working_day), LETTERS_AT, zone)
        if not moments or moment > moments[-1]:
            moments.append(moment)
    return moments


def due_letter(moments: Sequence[datetime], sent: Sequence[datetime], now: datetime) -> int | None:
    """Return the number of the letter due to a team at `now`, after those that left at `sent`; None when none is due.

    A team that was told late is not reminded at once of a moment that has passed meanwhile.
    """
    if not sent:
        return OPENING if moments and moments[0] <= now else None
    reminded = len(sent) > MOST_REMINDERS
    return None if reminded or not any(sent[-1] < moment <= now for moment in moments[1:]) else len(sent)


def roles_asked(number: int, *, ended: bool, mentor_reached: bool) -> frozenset[Role]:
    """Return the roles that letter `number` goes to.

    Once the promotion has ended it is the mentors who know: EIGs are written to for want of them, and from the first
    reminder on.
    """
    if not ended:
        return DURING
    return frozenset({Role.MENTOR}) if number == OPENING and mentor_reached else AFTER


def _working_day(day: date, last: date, is_working_day: Callable[[date], bool]) -> date:
    """Return the first working day from `day` to `last`; `day` itself without one."""
    days = (day + timedelta(days=ahead) for ahead in range((last - day).days + 1))
    return next(filter(is_working_day, days), day)
