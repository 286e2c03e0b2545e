"""A stored digest in which a bulletin has been corrected or withdrawn. Values in, values out.

A digest stores no ids: what it tells is known again by its words, which change in it whenever they change in the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from app.bulletins.moods import Mood
from app.digests.composition import BulletinContent, CallContent, DigestContent, KeyDateContent
from app.weeks import Week

EntryT = TypeVar("EntryT", BulletinContent, CallContent, KeyDateContent)


@dataclass(frozen=True, slots=True)
class BulletinTexts:
    """What a bulletin says, as Markdown; no `help`, no call for help."""

    priorities: str
    ups_and_downs: str
    help: str = ""
    key_date: date | None = None
    key_date_text: str = ""


@dataclass(frozen=True, slots=True)
class BulletinChange:
    """A bulletin of a team and week that says `after` where it said `before`.

    `team`: its name on the day of the digest. `other_teams`: the names of the others today, since a digest may tell a
    team by a spelling that it had.
    `called_on`: the day of its call for help.
    """

    team: str
    other_teams: frozenset[str]
    week: Week
    mood: Mood
    before: BulletinTexts
    after: BulletinTexts
    notice: str
    called_on: date | None = None


def change_content(content: DigestContent, change: BulletinChange, issued_on: date) -> DigestContent | None:
    """Return what a digest issued on `issued_on` stores after the change; None where it tells nothing of it."""
    changed: DigestContent = {
        **content,
        "bulletins": _bulletins(content["bulletins"], change),
        "help_requests": _calls(content["help_requests"], change, issued_on),
        "key_dates": _key_dates(content["key_dates"], change),
    }
    return changed if changed != content else None


def _bulletins(told: Sequence[BulletinContent], change: BulletinChange) -> list[BulletinContent]:
    before, after = change.before, change.after

    def is_it(entry: BulletinContent) -> bool:
        said = (entry["priorities"], entry["ups_and_downs"], entry["help"])
        same_week = (entry["week"], entry["mood"]) == (change.week.label, change.mood.value)
        return same_week and said == (before.priorities, before.ups_and_downs, before.help)

    def renew(entry: BulletinContent) -> BulletinContent:
        entry = {
            **entry,
            "priorities": after.priorities,
            "ups_and_downs": after.ups_and_downs,
            "help": after.help,
            "notice": change.notice,
        }
        if not change.notice:
            del entry["notice"]
        return entry

    return _replace(told, change, is_it, renew)


def _calls(told: Sequence[CallContent], change: BulletinChange, issued_on: date) -> list[CallContent]:
    """Change the call, or leave it out; among calls of the same words it is the one of that age."""
    before, after = change.before.help, change.after.help
    if not before or before == after:
        return list(told)
    age = (issued_on - change.called_on).days if change.called_on else 0

    def renew(entry: CallContent) -> CallContent | None:
        return {**entry, "text": after} if after else None

    return _replace(
        told, change, lambda entry: entry["text"] == before, renew, lambda entry: abs(entry["age_days"] - age)
    )


def _key_dates(told: Sequence[KeyDateContent], change: BulletinChange) -> list[KeyDateContent]:
    """Change the key date and put it where it belongs, or leave it out."""
    before = (change.before.key_date, change.before.key_date_text)
    day, text = change.after.key_date, change.after.key_date_text
    if before[0] is None or before == (day, text):
        return list(told)

    def is_it(entry: KeyDateContent) -> bool:
        return (date.fromisoformat(entry["date"]), entry["text"]) == before

    def renew(entry: KeyDateContent) -> KeyDateContent | None:
        return {**entry, "date": day.isoformat(), "text": text} if day else None

    changed = _replace(told, change, is_it, renew)
    return sorted(changed, key=lambda entry: (entry["date"], entry["team"], entry["text"]))


def _replace(
    told: Sequence[EntryT],
    change: BulletinChange,
    is_it: Callable[[EntryT], bool],
    renew: Callable[[EntryT], EntryT | None],
    distance: Callable[[EntryT], int] = lambda _entry: 0,
) -> list[EntryT]:
    """Return `told` with what `renew` makes of the entry that `is_it`: the team's, else one of a name nobody has."""
    not_its = change.other_teams - {change.team}
    found = [index for index, entry in enumerate(told) if is_it(entry) and entry["team"] not in not_its]
    if not found:
        return list(told)
    place = min(found, key=lambda index: (told[index]["team"] != change.team, distance(told[index])))
    renewed, entries = renew(told[place]), list(told)
    entries[place : place + 1] = [] if renewed is None else [renewed]
    return entries
