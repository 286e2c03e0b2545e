"""What importing a roster changes, told line by line. Knows rows by their attributes only: no database here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import Enum
from typing import Any

WORDS = {
    "active_from": "from",
    "active_until": "until",
    "joined_on": "from",
    "left_on": "until",
    "locale": "language",
}


@dataclass(slots=True)
class Changes:
    """What was made or changed, and what stays as it was though the file does not name it."""

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def added(self, what: str) -> None:
        """A row is new."""
        self.made.append(f"+ {what}")

    def update(self, what: str, row: object, columns: Mapping[str, Any]) -> None:
        """Set the `columns` of `row` that differ, and tell each."""
        differences = [_difference(row, name, value) for name, value in columns.items() if getattr(row, name) != value]
        for name, value in columns.items():
            setattr(row, name, value)
        if differences:
            self.made.append(f"~ {what}: {', '.join(differences)}")

    def keep(self, what: str) -> None:
        """A row that the file does not name stays."""
        self.kept.append(f"  {what}: not in the file, kept; give “until:” to end")


def _difference(row: object, name: str, value: object) -> str:
    return f"{WORDS.get(name, name.replace('_', ' '))} {_shown(getattr(row, name))} → {_shown(value)}"


def _shown(value: Any) -> str:
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
