"""The rules of bulletins: when a team may write, who sees a week, who is reminded, how long a text may be. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from app.teams.roles import REMINDED_ROLES, Role
from app.weeks import Reminder, ReminderAudience, Timetable, Week, WeekState

TEXT_LIMIT = 300  # code points, for people typing; imported texts are never cut
PREVIEW_LIMIT = 2 * TEXT_LIMIT  # a longer text is refused anyway, and a long one takes long to parse

REMINDED = {
    ReminderAudience.EVERYONE: REMINDED_ROLES,
    ReminderAudience.NOT_WRITTEN: frozenset({Role.EIG}),
}


class FilingWindow(StrEnum):
    """What a team may do with its bulletin of a week."""

    NOT_OPEN = "not_open"  # the week has not begun
    OPEN = "open"  # write, edit
    LATE = "late"  # nothing written in time: one bulletin may still be sent, once
    CLOSED = "closed"  # written, and closed
    OVER = "over"  # nothing written, and too late for it


class Visibility(StrEnum):
    """What a member sees of the bulletins of a week (DESIGN: who may do what)."""

    ALL = "all"
    WHO_HAS_WRITTEN = "who_has_written"
    OWN_TEAM = "own_team"


def filing_window(timetable: Timetable, week: Week, now: datetime, *, written: bool, issued: bool) -> FilingWindow:
    """Return what a team may do at `now`; `written`: it has a bulletin of `week`; `issued`: the digest exists."""
    state = timetable.state(week, now, issued=issued)
    if state is WeekState.NOT_OPEN:
        return FilingWindow.NOT_OPEN
    if state is WeekState.OPEN:
        return FilingWindow.OPEN
    if written:
        return FilingWindow.CLOSED
    until = timetable.late_until(week)
    has_bulletins = timetable.closes(week) is not None
    return FilingWindow.LATE if has_bulletins and until is not None and now < until else FilingWindow.OVER


def week_visibility(state: WeekState, *, coordinates: bool) -> Visibility:
    """Return what a member sees of a week in `state`; `coordinates`: the member belongs to the coordination.

    Everything once the digest is issued. Before that, the bulletin of their `own_team`, if they have one; the
    coordination sees who has written, and the texts from the closing on.
    """
    if state is WeekState.ISSUED or (coordinates and state is WeekState.CLOSED):
        return Visibility.ALL
    return Visibility.WHO_HAS_WRITTEN if coordinates else Visibility.OWN_TEAM


def own_team(role: Role, team_id: int | None) -> int | None:
    """Return the id of the team whose text and calls a member may read before the digest, None for none.

    EIGs write in it, mentors accompany it; alumni and whoever only coordinates read what is issued.
    """
    return team_id if role in {Role.EIG, Role.MENTOR} else None


def reminder_due(timetable: Timetable, week: Week, now: datetime) -> Reminder | None:
    """Return the reminder of `week` that is due at `now`: the latest begun, so missed ones never come in a burst."""
    closes = timetable.closes(week)
    if closes is None or now >= closes:
        return None
    begun = [reminder for reminder in timetable.reminders(week) if reminder.at <= now]
    return begun[-1] if begun else None


def is_reminded(role: Role, audience: ReminderAudience) -> bool:
    """Return whether a member with `role`, of a team that has not written, gets a reminder for `audience`."""
    return role in REMINDED[audience]
