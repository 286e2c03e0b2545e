"""Key dates as a calendar that can be subscribed to (RFC 5545, RFC 7986). Values in, text out.

A date is an event of a whole day that takes nobody's time. Its UID stays, its SEQUENCE grows when it changes, and one
that was removed is told as cancelled until every calendar has asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vDuration, vText

PRODUCT = "-//Bulletins//Key dates//FR"
ASK_AGAIN_AFTER = timedelta(hours=6)
MAX_CALENDARS = 16  # kept as text: most who ask see the same dates, and most dates are those of an hour ago


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A key date as calendars are told of it; `url` is that of its team's page."""

    uid: str
    day: date
    title: str
    team: str
    url: str
    sequence: int
    changed_at: datetime
    cancelled: bool


@lru_cache(maxsize=MAX_CALENDARS)
def calendar_text(name: str, url: str, dates: tuple[CalendarDate, ...]) -> bytes:
    """Return the calendar called `name`, whose page is at `url`; the same values give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))  # what most programs read
    calendar.add("url", url)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN_AFTER))
    for each in sorted(dates, key=lambda one: (one.day, one.uid)):
        calendar.add_component(_event(each))
    return bytes(calendar.to_ical(sorted=False))


def _event(each: CalendarDate) -> Event:
    event = Event()
    event.add("uid", each.uid)
    event.add("dtstamp", each.changed_at)
    event.add("last-modified", each.changed_at)
    event.add("sequence", each.sequence)
    event.add("dtstart", each.day)
    if each.day < date.max:  # an event without an end lasts its day all the same
        event.add("dtend", each.day + timedelta(days=1))
    event.add("summary", each.title)
    event.add("categories", [each.team])
    event.add("url", each.url)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
    return event
