"""The texts of the demonstration, read from the files beside this one: a story for each team, in weekly bulletins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.bulletins.moods import Mood

FOLDER = Path(__file__).parent
WEEKS = 30  # the last week of the stories is the current one


@dataclass(frozen=True, slots=True)
class StoryDate:
    """A key date of a bulletin: so many weeks after it, on that ISO weekday."""

    in_weeks: int
    weekday: int
    text: str


@dataclass(frozen=True, slots=True)
class StoryOffer:
    """Help that a member (`by`, an e-mail address) offers, so many weeks after the call."""

    by: str
    after_weeks: int
    text: str


@dataclass(frozen=True, slots=True)
class StoryBulletin:
    """One bulletin of a story, in a `week` from 1 to WEEKS; `then`: what becomes of its call → after how many weeks.

    `resolution`, `thanks`: how the call was resolved, and what its team says to who offered help.
    """

    week: int
    mood: Mood
    priorities: str
    ups_and_downs: str
    help: str = ""
    late: bool = False
    key_date: StoryDate | None = None
    offers: tuple[StoryOffer, ...] = ()
    then: Mapping[str, int] = field(default_factory=dict)
    resolution: str = ""
    thanks: str = ""

    @property
    def texts(self) -> tuple[str, ...]:
        """List every text of the bulletin that is not empty."""
        date = [self.key_date.text] if self.key_date else []
        texts = [self.priorities, self.ups_and_downs, self.help, *date, *(offer.text for offer in self.offers)]
        texts += [self.resolution, self.thanks]
        return tuple(text for text in texts if text)


def read_stories() -> dict[str, list[StoryBulletin]]:
    """Read the bulletins of each team, in order, by the team's slug."""
    stories = {}
    for path in sorted(FOLDER.glob("bulletins/*.yml")):
        stories[path.stem] = [
            StoryBulletin(
                **{
                    **row,
                    "mood": Mood(row["mood"]),
                    "key_date": StoryDate(**row["key_date"]) if "key_date" in row else None,
                    "offers": tuple(StoryOffer(**offer) for offer in row.get("offers", ())),
                }
            )
            for row in _read_yaml(path)
        ]
    return stories


def read_introductions() -> dict[int, str]:
    """Read what the coordination writes at the head of digests, by week from 1 to WEEKS."""
    introductions: dict[int, str] = _read_yaml(FOLDER / "introductions.yml")
    return introductions


def _read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
