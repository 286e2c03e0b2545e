"""Counts and shares of what teams did with a week, and of how the week felt. Values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.bulletins.moods import Mood
from app.weeks import Week


@dataclass(frozen=True, slots=True)
class WritingCounts:
    """How many teams did what with a week. While it is `running`, those in `silent` may still write in time."""

    week: Week
    on_time: int
    late: int
    silent: int
    paused: int
    running: bool = False

    @property
    def wrote(self) -> int:
        return self.on_time + self.late

    @property
    def expected(self) -> int:
        """Count the teams that were to write: paused ones are not among them."""
        return self.wrote + self.silent

    @property
    def everyone(self) -> int:
        """Count all the teams of the week, the paused ones too: the denominator of the four shares."""
        return self.expected + self.paused

    @property
    def counts(self) -> Mapping[str, int]:
        return {"on_time": self.on_time, "late": self.late, "silent": self.silent, "paused": self.paused}

    @property
    def shares(self) -> Mapping[str, float | None]:
        """Divide each count by `everyone`, so that they add up to 1; None while the week runs, and without any team."""
        return {name: None if self.running else share(count, self.everyone) for name, count in self.counts.items()}


@dataclass(frozen=True, slots=True)
class MoodCounts:
    """How many bulletins of a week, late ones included, gave each mood: every mood, hardest first."""

    week: Week
    counts: Mapping[Mood, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def shares(self) -> Mapping[Mood, float | None]:
        """Divide each count by the bulletins of the week: from 0 to 1; None for all where there is none."""
        return {mood: share(count, self.total) for mood, count in self.counts.items()}


def count_moods(week: Week, moods: Iterable[Mood | None]) -> MoodCounts:
    """Count the moods of a week, one of each team; None is a team that wrote nothing and is not counted."""
    counts = Counter(moods)
    return MoodCounts(week, {mood: counts[mood] for mood in Mood})


def share(part: int, whole: int) -> float | None:
    """Divide `part` by `whole`; None when `whole` is 0."""
    return part / whole if whole else None
