"""The true counts of one group of members, from which `publication.py` makes what may be shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from app.readership.survey import READING_CLASSES


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """The true counts of one group, never to be shown as they are.

    `classes` go from the most frequent readers down, and the first three are those who read; `answers` are by Habit.
    """

    classes: tuple[int, ...]
    measurable: int
    answers: tuple[int, ...]
    absent: frozenset[int] = frozenset()  # the numbers of the classes that nobody can be in
    always: int | None = None  # of a span: members with a mark in every single month

    @property
    def eligible(self) -> int:
        return sum(self.classes)

    @property
    def readers(self) -> int:
        return sum(self.classes[:READING_CLASSES])

    def plus(self, other: GroupCounts) -> GroupCounts:
        """The counts of two groups together."""
        return GroupCounts(
            classes=tuple(map(sum, zip(self.classes, other.classes, strict=True))),
            measurable=self.measurable + other.measurable,
            answers=tuple(map(sum, zip(self.answers, other.answers, strict=True))),
            absent=self.absent | other.absent,
            always=None if self.always is None or other.always is None else self.always + other.always,
        )


@dataclass(frozen=True, slots=True)
class ReadingCounts:
    """The tallies of both groups over `months`, from the marks made up to and on the day `until`."""

    months: tuple[date, ...]
    until: date
    eig: GroupCounts
    mentor: GroupCounts


def to_plain(tally: GroupCounts) -> dict[str, Any]:
    """The tally as JSON can hold it."""
    return asdict(tally) | {"absent": sorted(tally.absent)}


def from_plain(plain: Mapping[str, Any]) -> GroupCounts:
    """The tally that `to_plain` was given."""
    values = {field.name: plain[field.name] for field in fields(GroupCounts)}
    sequences = {name: tuple(values[name]) for name in ("classes", "answers")}
    return GroupCounts(**values | sequences | {"absent": frozenset(values["absent"])})


def count_by(classes: type[StrEnum], values: Iterable[StrEnum | None]) -> tuple[int, ...]:
    """How many of `values` are of each of `classes`, in their order."""
    counts = Counter(values)
    return tuple(counts[each] for each in classes)
