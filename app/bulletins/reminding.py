"""Who is reminded, and when: a pure rule on the week's timetable. Values in, values out."""

from __future__ import annotations

from datetime import datetime

from app.teams.roles import Role
from app.weeks import Audience, Reminder, Timetable, Week

AUDIENCES = {
    Audience.EVERYONE: frozenset({Role.EIG, Role.MENTOR}),
    Audience.NOT_WRITTEN: frozenset({Role.EIG}),
}


def reminder_due(timetable: Timetable, week: Week, now: datetime) -> Reminder | None:
    """The week's reminder that is due at `now`: the latest one begun, so that missed ones never come in a burst."""
    closes = timetable.closes(week)
    if closes is None or now >= closes:
        return None
    begun = [reminder for reminder in timetable.reminders(week) if reminder.at <= now]
    return begun[-1] if begun else None


def is_reminded(role: Role, audience: Audience) -> bool:
    """Whether a member of a team that has not written gets a reminder for `audience`."""
    return role in AUDIENCES[audience]
