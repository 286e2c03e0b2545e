"""What a row of the earlier tool's CSV says: its team's name, its week, mood and texts. Values in, values out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.bulletins.csv_export import Record
from app.bulletins.moods import Mood
from app.bulletins.texts import clean
from app.weeks import Week

LABEL = re.compile(r"(\d{4})-W?(\d{2})", re.ASCII)
YEARS = range(1970, 2200)
VARIATION_SELECTOR = "\ufe0f"  # asks for the coloured form of an emoji; some exports keep it, some do not
# FACE_OF has those of the earlier tool; the others are what other hands put in their place.
FACES = {
    Mood.VERY_HARD: "☹🙁😣😖😞😟😠😡😢😩😫😭",
    Mood.SO_SO: "😐😑😕😶",
    Mood.GOOD: "🙂☺😊😌",
    Mood.GREAT: "😀😁😃😄😆😎🤩",
}
FACE_OF = {Mood.VERY_HARD: "☹️", Mood.SO_SO: "😐", Mood.GOOD: "🙂", Mood.GREAT: "😀"}
MOODS = {face: mood for mood, faces in FACES.items() for face in faces} | {mood.value: mood for mood in Mood}
# What teams typed into « Demande d'aide » to say that they need none.
NO_HELP = {"", "ras", "r.a.s", "non", "no", "none", "rien", "aucun", "aucune", "néant", "n/a", "-", "–", "—", "/"}


@dataclass(frozen=True, slots=True)
class Row:
    """A bulletin as the file tells it; moments are aware. `said_no_help`: a text that says nothing was left out."""

    line: int
    project: str
    week: Week
    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str
    said_no_help: bool
    created_at: datetime
    updated_at: datetime


class BadRowError(ValueError):
    """The row cannot be taken; the message says why."""


def read_row(record: Record, zone: ZoneInfo) -> Row:
    """The bulletin of a record, its moments without offset being in `zone`. Raises BadRowError."""
    if record.cells is None:
        raise BadRowError("not as many cells as columns; a comma or a quote is missing, or there is one too many")
    cells = {name: clean(text) for name, text in record.cells.items()}
    for name in ("project", "priorities", "victories"):
        if not cells[name]:
            raise BadRowError(f"{name} is empty")
    created_at = read_moment("created_at", cells["created_at"], zone)
    needs_none = cells["help"].lower().strip(" .!") in NO_HELP
    return Row(
        line=record.line,
        project=cells["project"],
        week=read_week(cells["week_number"], created_at),
        mood=read_mood(cells["spirit"]),
        priorities=cells["priorities"],
        ups_and_downs=cells["victories"],
        help="" if needs_none else cells["help"],
        said_no_help=needs_none and cells["help"] != "",
        created_at=created_at,
        updated_at=read_moment("updated_at", cells["updated_at"], zone) if cells["updated_at"] else created_at,
    )


def read_week(label: str, created_at: datetime) -> Week:
    """The week that a label such as `2018-07` means, for a bulletin written at `created_at` in its own zone.

    The earlier tool wrote PHP's `Y-W`, the calendar year with the ISO number of the week, so that one week got two
    labels at New Year. Where the moment of writing gives just that label, its ISO week is meant; else it is an ISO one.
    """
    match = LABEL.fullmatch(label)
    if match is None:
        raise BadRowError(f"week_number {label!r} is not a week such as 2018-07")
    if f"{created_at:%Y-%V}" == f"{match[1]}-{match[2]}":
        return Week.of(created_at.date())
    try:
        return Week.parse(f"{match[1]}-W{match[2]}")
    except ValueError:
        raise BadRowError(f"week_number {label!r}: the year {match[1]} has no such week") from None


def read_mood(face: str) -> Mood:
    """The mood that an emoji, or one of our own words, stands for."""
    mood = MOODS.get(face.replace(VARIATION_SELECTOR, ""))
    if mood is None:
        raise BadRowError(f"spirit {face!r} is no mood; known: {' '.join(FACE_OF.values())}")
    return mood


def read_moment(column: str, text: str, zone: ZoneInfo) -> datetime:
    """An aware moment, in `zone`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise BadRowError(f"{column} {text!r} is not a moment such as 2018-02-15 14:30:00")
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
