"""Key dates as a calendar that can be subscribed to (RFC 5545, RFC 7986). Values in, text out.

A date is an event of a whole day that takes nobody's time. Its UID stays, its SEQUENCE grows when it changes, and one
that was removed is told as cancelled until every calendar has asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from icalendar import Calendar, Event, vDuration, vText

from app.feeds.rules import TeamDate

PRODUCT = "-//Bulletins//Key dates//FR"
ASK_AGAIN_AFTER = timedelta(hours=6)


def calendar_text(
    name: str,
    url: str,
    dates: Iterable[TeamDate],
    title_of: Callable[[TeamDate], str],
    url_of: Callable[[TeamDate], str],
) -> bytes:
    """Return the calendar called `name`, whose page is at `url`; the same dates give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("name", vText(name))
    calendar.add("x-wr-calname", vText(name))  # what most programs read
    calendar.add("url", url)
    calendar.add("refresh-interval", ASK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN_AFTER))
    for each in sorted(dates, key=lambda one: (one.day, one.uid)):
        calendar.add_component(_event(each, title_of(each), url_of(each)))
    return bytes(calendar.to_ical(sorted=False))


def _event(each: TeamDate, title: str, url: str) -> Event:
    event = Event()
    event.add("uid", each.uid)
    event.add("dtstamp", each.changed_at)
    event.add("last-modified", each.changed_at)
    event.add("sequence", each.sequence)
    event.add("dtstart", each.day)
    if each.day < date.max:  # an event without an end lasts its day all the same
        event.add("dtend", each.day + timedelta(days=1))
    event.add("summary", title)
    event.add("categories", [each.team])
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    event.add("status", "CANCELLED" if each.removed else "CONFIRMED")
    return event
