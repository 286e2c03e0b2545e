"""When a week's digest leaves, as planned or as the coordination decided. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.weeks import DUE_AUTOMATICALLY_FOR, Timetable, Week


@dataclass(frozen=True, slots=True)
class Decision:
    """What the coordination decided about a digest: to hold it, to put it off, or neither of both."""

    held: bool = False
    put_off_to: datetime | None = None


A_MINUTE = timedelta(minutes=1)  # moments are typed in whole ones
AS_PLANNED = Decision()
HELD = Decision(held=True)


class MomentFault(StrEnum):
    """Why a digest cannot be put off to a moment."""

    NO_SUCH_HOUR = "no_such_hour"  # clocks skip it
    PAST = "past"
    BEFORE_PLANNED = "before_planned"
    TOO_LATE = "too_late"  # the next week closes by then, or the digest would no longer issue itself


def leaves_at(timetable: Timetable, week: Week, decision: Decision) -> datetime | None:
    """Return when the digest of `week` leaves by itself; None for one that is held, and for a week that has none.

    Never before it is planned, nor after the next closing, so that no digest is overtaken by the next: hours and days
    off may have been changed since it was put off.
    """
    planned, before = timetable.digest_due(week), put_off_before(timetable, week)
    if decision.held or planned is None or before is None:
        return None
    return max(planned, min(decision.put_off_to or planned, before - A_MINUTE))


def put_off_before(timetable: Timetable, week: Week) -> datetime | None:
    """Return the moment before which a digest that is put off must leave; None for a week that has none.

    That is the next closing, when the bulletins of another week are due, and in any case the end of the time in which a
    digest issues itself.
    """
    closes = timetable.closes(week)
    if closes is None:
        return None
    itself = closes + DUE_AUTOMATICALLY_FOR
    return min(itself, timetable.late_until(week) or itself)


def local_moment(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Return the moment, in UTC, of a time in `zone`; the first of two when clocks go back, None when they skip it."""
    local = datetime.combine(day, at, zone)
    moment = local.astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) else None


def put_off_fault(timetable: Timetable, week: Week, day: date, at: time, now: datetime) -> MomentFault | None:
    """Return why the digest of `week`, which has one, cannot leave on `day` at `at` instead; None when it can."""
    planned, before = timetable.digest_due(week), put_off_before(timetable, week)
    if planned is None or before is None or day > before.astimezone(timetable.zone).date():
        return MomentFault.TOO_LATE
    if day < now.astimezone(timetable.zone).date():
        return MomentFault.PAST
    moment = local_moment(day, at, timetable.zone)
    if moment is None:
        return MomentFault.NO_SUCH_HOUR
    if moment <= now:
        return MomentFault.PAST
    if moment <= planned:
        return MomentFault.BEFORE_PLANNED
    return MomentFault.TOO_LATE if moment >= before else None


def an_hour_later(timetable: Timetable, week: Week, decision: Decision, now: datetime) -> datetime | None:
    """Return the moment an hour after the digest of `week` leaves, or after `now` where that has passed or it is held.

    In whole minutes; None when it cannot be put off as far as that.
    """
    begins = max(leaves_at(timetable, week, decision) or now, now)
    later = (begins + timedelta(hours=1)).replace(second=0, microsecond=0)
    before = put_off_before(timetable, week)
    return later if before and later < before else None
