"""When a chat channel is told something. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.weeks import Reminder, Week

REMINDER_IS_NEWS_FOR = timedelta(hours=1)  # as long as a letter that reminds may leave
DIGEST_IS_NEWS_FOR = timedelta(hours=6)


def reminder_moment(week: Week, reminder: Reminder, zone: ZoneInfo) -> str:
    """Return the name of a reminder's moment, told once to each channel: `2019-W10 14:00`."""
    return f"{week} {reminder.at.astimezone(zone):%H:%M}"


def digest_moment(week: Week) -> str:
    """Return the name of the moment at which the digest of `week` is out."""
    return f"{week} digest"


def is_news(happened_at: datetime, set_at: datetime, now: datetime, lasts: timedelta) -> bool:
    """Return whether a channel that was set at `set_at` is still to hear at `now` of what happened then."""
    return set_at <= happened_at <= now < happened_at + lasts


def reminds_promotion(reminder: Reminder, reminders: Sequence[Reminder]) -> bool:
    """Return whether the channel of the whole promotion is told at `reminder`: at the first and the last of the week.

    A team's channel hears what its members get by mail; that of fifty people is not to be filled.
    """
    return reminder in (reminders[0], reminders[-1])
