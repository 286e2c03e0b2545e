"""The figures as published: everything in these values may be shown to anybody. `disclosure.py` makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from app.readership.figures.monthly import Group
from app.readership.survey import wilson

HEADLINE = (4, 5)  # « plus de 80 % des EIG »: a fraction, to compare whole numbers


class Count(NamedTuple):
    """What is published of a count: that it lies between `least` and `most`. `least` is the number shown."""

    least: int
    most: int

    @property
    def at_least(self) -> bool:
        """Whether the number shown is a lower bound, and not the count itself."""
        return self.least < self.most

    def plus(self, other: Count) -> Count:
        """Add up what is published of two counts."""
        return Count(self.least + other.least, self.most + other.most)


class Block(NamedTuple):
    """Neighbouring classes, by their numbers, counted together."""

    classes: tuple[int, ...]
    members: int

    @property
    def is_single_class(self) -> bool:
        """Whether the block is one class."""
        return len(self.classes) == 1


@dataclass(frozen=True, slots=True)
class Declared:
    """The survey's figures of one group. `classes` are blocks of habits by number, empty where none can be shown.

    A sixth class, after the habits, is those who did not answer.
    """

    answers: Count | None = None
    positive: Count | None = None  # the first three habits
    classes: tuple[Block, ...] = ()

    @property
    def share(self) -> float | None:
        """The least share of positive answers that what is published allows."""
        return self.positive.least / self.answers.most if self.positive and self.answers else None

    @property
    def is_lower_bound(self) -> bool:
        """Whether the true share may be higher than `share`."""
        return any(count is not None and count.at_least for count in (self.positive, self.answers))

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """The 95 % interval, wide enough for every share that what is published allows."""
        if not (self.positive and self.answers):
            return None, None
        low, _ = wilson(self.positive.least, self.answers.most)
        _, high = wilson(min(self.positive.most, self.answers.least), self.answers.least)
        return low, high


@dataclass(frozen=True, slots=True)
class PublishedGroup:
    """What is published of one group. `frequency` is blocks of classes by number, empty where none may be shown."""

    eligible: int
    readers: Count | None
    measurable: Count | None
    frequency: tuple[Block, ...]
    declared: Declared
    always: Count | None

    @property
    def at_least(self) -> bool:
        """Whether `readers` and `floor` are lower bounds of the count itself."""
        return self.readers is not None and self.readers.at_least

    @property
    def floor(self) -> float | None:
        return self.readers.least / self.eligible if self.readers else None

    @property
    def proven(self) -> bool:
        """Whether the floor passes the headline: read by more than 80 %."""
        part, whole = HEADLINE
        return self.readers is not None and self.readers.least * whole > self.eligible * part

    @property
    def coverage(self) -> float | None:
        """The share that can be measured, or a lower bound of it."""
        return self.measurable.least / self.eligible if self.measurable else None

    @property
    def covers_at_least(self) -> bool:
        """Whether `coverage` is a lower bound."""
        return self.measurable is not None and self.measurable.at_least

    @property
    def estimate(self) -> float | None:
        """Readers among the measurable, only where both are exact."""
        if not (self.readers and self.measurable) or self.readers.at_least or self.measurable.at_least:
            return None
        return self.readers.least / self.measurable.least

    @property
    def share_always(self) -> float | None:
        """Of a period: the share with a mark in every single month, or a lower bound of it."""
        return self.always.least / self.eligible if self.always else None


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """The figures of one month of a promotion, or of its complete months together (`month` is None)."""

    promotion: str  # its slug
    month: date | None
    months: tuple[date, ...]
    until: date  # the last day whose marks count
    frozen: bool  # whether they change no more
    classes: type[StrEnum]  # what the numbers of the blocks in `frequency` stand for
    groups: Mapping[Group, PublishedGroup]
