"""The hours of a promotion's week as a value, and from which week on other hours hold. Values in, values out.

Hours that were in force stay those of the weeks that have closed by them: what was issued, counted and filed under a
month by them is moved by nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypedDict
from zoneinfo import ZoneInfo

from app.weeks import Timetable, Week


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """When a week closes, reminds and becomes a digest, in which zone, and whose holidays move it."""

    timezone: str
    country: str | None
    closing_weekday: int
    closes_at: time
    digest_at: time
    reminds_everyone_at: time | None
    reminds_unwritten_at: tuple[time, ...]


@dataclass(frozen=True, slots=True)
class FormerHours:
    """Hours that held until a week, that week included."""

    until: Week
    hours: WeeklyHours


class FormerHoursContent(TypedDict):
    """Former hours as plain JSON."""

    until: str
    timezone: str
    country: str | None
    closing_weekday: int
    closes_at: str
    digest_at: str
    reminds_everyone_at: str | None
    reminds_unwritten_at: list[str]


@lru_cache(maxsize=256)
def make_timetable(
    hours: WeeklyHours, former: tuple[FormerHours, ...], days_off: tuple[date, ...], starts_on: date, ends_on: date
) -> Timetable:
    """Return the timetable of a promotion that has had `former` hours before these."""
    return Timetable(
        zone=ZoneInfo(hours.timezone),
        country=hours.country,
        days_off=frozenset(days_off),
        closing_weekday=hours.closing_weekday,
        closes_at=hours.closes_at,
        digest_at=hours.digest_at,
        reminds_everyone_at=hours.reminds_everyone_at,
        reminds_unwritten_at=hours.reminds_unwritten_at,
        starts_on=starts_on,
        ends_on=ends_on,
        former=tuple((each.until, make_timetable(each.hours, (), days_off, starts_on, ends_on)) for each in former),
    )


def keep_former(former: Sequence[FormerHours], hours: WeeklyHours, first: Week | None) -> tuple[FormerHours, ...]:
    """Return the former hours once others than `hours` hold from the week `first` on; None: they hold in all weeks."""
    if first is None:
        return ()
    kept = [each for each in former if each.until < first]
    cut = next((each for each in former if each.until >= first), None)  # these held in the week before `first`
    until = first.previous
    if not kept or kept[-1].until < until:
        kept.append(FormerHours(until, cut.hours if cut else hours))
    return tuple(kept)


def last_closed_week(timetable: Timetable, now: datetime, *, since: datetime) -> Week | None:
    """Return the last week that has closed at `now`; None when that was before `since`, or before its promotion.

    A week without a working day counts as closed when it opens: it has no bulletin.
    """
    this = timetable.week_at(now)
    week = this if (timetable.closes(this) or timetable.opens(this)) <= now else this.previous
    closed = timetable.closes(week) or timetable.opens(week)
    return None if closed < since or week < Week.of(timetable.starts_on) else week


def to_content(former: Sequence[FormerHours]) -> list[FormerHoursContent]:
    """Return the former hours as plain JSON."""
    return [_to_content(each.until, each.hours) for each in former]


def from_content(content: Sequence[FormerHoursContent]) -> tuple[FormerHours, ...]:
    """Return the former hours that `to_content` made plain."""
    return tuple(_from_content(each) for each in content)


def _to_content(until: Week, hours: WeeklyHours) -> FormerHoursContent:
    everyone = hours.reminds_everyone_at
    return {
        "until": until.label,
        "timezone": hours.timezone,
        "country": hours.country,
        "closing_weekday": hours.closing_weekday,
        "closes_at": f"{hours.closes_at:%H:%M}",
        "digest_at": f"{hours.digest_at:%H:%M}",
        "reminds_everyone_at": f"{everyone:%H:%M}" if everyone else None,
        "reminds_unwritten_at": [f"{at:%H:%M}" for at in hours.reminds_unwritten_at],
    }


def _from_content(each: FormerHoursContent) -> FormerHours:
    everyone = each["reminds_everyone_at"]
    return FormerHours(
        until=Week.parse(each["until"]),
        hours=WeeklyHours(
            timezone=each["timezone"],
            country=each["country"],
            closing_weekday=each["closing_weekday"],
            closes_at=time.fromisoformat(each["closes_at"]),
            digest_at=time.fromisoformat(each["digest_at"]),
            reminds_everyone_at=time.fromisoformat(everyone) if everyone else None,
            reminds_unwritten_at=tuple(time.fromisoformat(at) for at in each["reminds_unwritten_at"]),
        ),
    )
