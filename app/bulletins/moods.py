"""The moods of a bulletin: how a team's week felt. Values only."""

from __future__ import annotations

from enum import StrEnum


class Mood(StrEnum):
    """How a team's week felt, hardest first."""

    VERY_HARD = "very_hard"
    SO_SO = "so_so"
    GOOD = "good"
    GREAT = "great"

    @property
    def emoji(self) -> str:
        """The emoji that goes with the word; never shown without it."""
        return EMOJI[self]


EMOJI = {Mood.VERY_HARD: "😣", Mood.SO_SO: "😐", Mood.GOOD: "🙂", Mood.GREAT: "😀"}
