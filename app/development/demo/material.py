"""What the demonstration tells, read from the files beside this one: a story a team, told by week of the promotion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.bulletins.moods import Mood

FOLDER = Path(__file__).parent
WEEKS = 30  # the story's last week is that of today


@dataclass(frozen=True, slots=True)
class ToldDate:
    """A key date of a bulletin: so many weeks after it, on that ISO weekday."""

    in_weeks: int
    weekday: int
    text: str


@dataclass(frozen=True, slots=True)
class ToldOffer:
    """Help that a member offers, so many weeks after the call."""

    by: str
    after_weeks: int
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """One bulletin of a story, in a `week` from 1 to WEEKS; `then`: what becomes of its call, after how many weeks."""

    week: int
    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str = ""
    late: bool = False
    key_date: ToldDate | None = None
    offers: tuple[ToldOffer, ...] = ()
    then: Mapping[str, int] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text of the bulletin that is not empty."""
        date = [self.key_date.text] if self.key_date else []
        texts = [self.priorities, self.ups_and_downs, self.help, *date, *(offer.text for offer in self.offers)]
        return tuple(text for text in texts if text)


def read_stories() -> dict[str, list[Told]]:
    """The bulletins of each team, in order, by the team's slug."""
    return {path.stem: [_told(row) for row in _read(path)] for path in sorted(FOLDER.glob("bulletins/*.yml"))}


def read_introductions() -> dict[int, str]:
    """The coordination's words at the head of digests, by week."""
    words: dict[int, str] = _read(FOLDER / "introductions.yml")
    return words


def _told(row: Mapping[str, Any]) -> Told:
    key_date = ToldDate(**row["key_date"]) if "key_date" in row else None
    offers = tuple(ToldOffer(**offer) for offer in row.get("offers", ()))
    return Told(**{**row, "mood": Mood(row["mood"]), "key_date": key_date, "offers": offers})


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
