"""Report what importing a roster changes, line by line. Knows rows by their attributes only: no database here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import Enum

from app.teams.roles import Role

KEYS = {  # columns whose key in the file is another word
    "active_from": "from",
    "active_until": "until",
    "joined_on": "from",
    "left_on": "until",
    "last_week": "last",
    "locale": "language",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a change is about: a kind (promotion, day_off, team, pause, person, member) and what it is called.

    `role` is that of a new member, `person` what somebody is called whose `name` here is an address.
    """

    kind: str
    name: str
    detail: str = ""
    role: Role | None = None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A new row, or the columns of a known one that differ: (column, before, after)."""

    subject: Subject
    differences: tuple[tuple[str, object, object], ...] = ()

    @property
    def is_new(self) -> bool:
        """Whether the row is added."""
        return not self.differences


@dataclass(slots=True)
class RosterChanges:
    """What was added or changed, what stays though the file does not mention it, and questions; a line each.

    `changes` are the `lines` as values, for a page; `doubts` the `questions`: (a new name, a known one). Days off whose
    weeks have closed are left out: `closed_days`.
    """

    lines: list[str] = field(default_factory=list)
    unmentioned: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)
    closed_days: list[date] = field(default_factory=list)

    def add(self, what: str, subject: Subject) -> None:
        """Report a new row."""
        self.lines.append(f"+ {what}")
        self.changes.append(Change(subject))

    def update(self, what: str, row: object, columns: Mapping[str, object], subject: Subject) -> None:
        """Set the `columns` of `row`, called `what`, and report those that differ."""
        differences = []
        for name, value in columns.items():
            before = getattr(row, name)
            if before != value:
                differences.append((name, before, value))
                setattr(row, name, value)
        if differences:
            words = [f"{KEYS.get(name, name.replace('_', ' '))} {_text(b)} → {_text(a)}" for name, b, a in differences]
            self.lines.append(f"~ {what}: {', '.join(words)}")
            self.changes.append(Change(subject, tuple(differences)))

    def ask(self, what: str, new: str, known: str) -> None:
        """Ask about a `new` row that may be a `known` one by another name."""
        self.questions.append(f"? {what}")
        self.doubts.append((new, known))

    def keep(self, what: str) -> None:
        """Report a row that the file does not mention."""
        self.unmentioned.append(f"  {what}: not in the file, kept; give “until:” to end")

    def leave_out(self, day: date) -> None:
        """Report a day off that can be none any more."""
        self.closed_days.append(day)


def _text(value: object) -> str:
    match value:
        case Enum():
            return str(value.value)
        case bool():
            return "yes" if value else "no"
        case time():
            return f"{value:%H:%M}"
        case list():
            return " ".join(value) or "none"
        case str() if " " in value:
            return f"“{value}”"
    return str(getattr(value, "name", value) or "none")  # a team is shown by its name
