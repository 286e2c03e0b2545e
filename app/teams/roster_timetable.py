"""The timetable of a roster: when the week closes, reminds and becomes a digest. Values in, values out."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from app.teams.roster_fields import Fields, read_scalar
from app.teams.roster_values import a_closing, an_hour, an_hour_or_none
from app.weeks import Timetable

KEYS = ("closes", "digest", "reminder", "last_reminders")
USUAL = Timetable(zone=ZoneInfo("UTC"))


def read_timetable(fields: Fields) -> dict[str, Any]:
    """The columns of a promotion's timetable, all of them: what `fields` leave out takes its usual value."""
    fields.refuse_others(KEYS)
    weekday, closes = fields.read("closes", a_closing) or (USUAL.closing_weekday, USUAL.closes_at)
    everyone, unwritten = USUAL.reminds_everyone_at, list(USUAL.reminds_unwritten_at)
    if not fields.is_empty("reminder"):
        everyone = fields.read("reminder", an_hour_or_none)
    if not fields.is_empty("last_reminders"):
        read = [read_scalar(node, an_hour, fields.faults) for node in fields.entries("last_reminders")]
        unwritten = sorted({hour for hour in read if hour})
    digest = fields.read("digest", an_hour) or USUAL.digest_at
    _check(fields, closes, digest, [*([everyone] if everyone else []), *unwritten])
    return {
        "closing_weekday": weekday,
        "closes_at": closes,
        "digest_at": digest,
        "reminds_everyone_at": everyone,
        "reminds_unwritten_at": [f"{hour:%H:%M}" for hour in unwritten],
    }


def _check(fields: Fields, closes: time, digest: time, reminders: list[time]) -> None:
    if digest < closes:
        fields.fault(fields.node, f"the digest ({digest:%H:%M}) comes before closing ({closes:%H:%M})")
    for hour in reminders:
        if hour >= closes:
            fields.fault(fields.node, f"the reminder at {hour:%H:%M} does not come before closing ({closes:%H:%M})")
