"""What somebody who was erased had read, as numbers in the figures that were shown with them. Values in, values out.

Without it the next figures would be smaller by what they had read, and so tell it (`docs/figures.md`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.readership.figures.monthly import Frequency, GroupCounts, MemberMonth, frequency_of
from app.readership.figures.periods import PeriodMember
from app.readership.survey import Habit

FREQUENCIES, HABITS = list(Frequency), list(Habit)


@dataclass(frozen=True, slots=True)
class ErasedCounts:
    """What those who were erased had read: `read` counts them by the number of digests of a month, or by habit."""

    read: tuple[int, ...] = ()
    measurable: int = 0
    answers: tuple[int, ...] = (0,) * len(Habit)
    always: int = 0

    def plus_month(self, member: MemberMonth) -> ErasedCounts:
        """Add what a member did in a month."""
        return self._plus(member.read, member, always=False)

    def plus_period(self, member: PeriodMember) -> ErasedCounts:
        """Add what a member did in a period."""
        return self._plus(HABITS.index(member.habit), member, always=member.always)

    def plus(self, other: ErasedCounts) -> ErasedCounts:
        """Return both together."""
        return ErasedCounts(
            read=_add(self.read, other.read),
            measurable=self.measurable + other.measurable,
            answers=_add(self.answers, other.answers),
            always=self.always + other.always,
        )

    def _plus(self, level: int, member: MemberMonth | PeriodMember, *, always: bool) -> ErasedCounts:
        answers = tuple(int(habit is member.answer) for habit in Habit)
        return self.plus(ErasedCounts(_one(level), int(member.measurable), answers, int(always)))


def restore_month(counts: GroupCounts, erased: ErasedCounts, digests: int) -> GroupCounts:
    """Return the counts of a month of `digests` with what the erased had read; they are in `counts` as readers of none.

    They read nothing more, like whoever has left: who had read every digest has not read the next one.
    """
    classes = [0] * len(Frequency)
    for read, members in enumerate(erased.read):
        classes[FREQUENCIES.index(frequency_of(read, digests))] += members
    return _restore(counts, classes, erased)


def restore_period(counts: GroupCounts, erased: ErasedCounts) -> GroupCounts:
    """Return the counts of a period with what the erased had read; they are in `counts` as readers of none."""
    restored = _restore(counts, erased.read, erased)
    return replace(restored, always=None if counts.always is None else counts.always + erased.always)


def _restore(counts: GroupCounts, classes: Sequence[int], erased: ErasedCounts) -> GroupCounts:
    restored = [*_add(counts.classes, classes)]
    restored[-1] -= sum(classes)
    return replace(
        counts,
        classes=tuple(restored),
        measurable=counts.measurable + erased.measurable,
        answers=_add(counts.answers, erased.answers),
    )


def _one(level: int) -> tuple[int, ...]:
    return (*(0,) * level, 1)


def _add(first: Sequence[int], second: Sequence[int]) -> tuple[int, ...]:
    longest = max(len(first), len(second))
    padded = ([*counts, *[0] * (longest - len(counts))] for counts in (first, second))
    return tuple(map(sum, zip(*padded, strict=True)))
