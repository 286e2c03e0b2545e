"""The true figures of a promotion, or of any complete months together: each member's habit over their own months.

Values in, values out. The rules are those of `docs/figures.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.readership.figures.monthly import Frequency, Group, GroupCounts, MemberMonth, count_by
from app.readership.survey import Habit

AT_LEAST = (  # the habits that months can hold, best first, each with the classes of a month that are it or better
    (Habit.WEEKLY, {Frequency.WEEKLY}),
    (Habit.TWICE, {Frequency.WEEKLY, Frequency.TWICE}),
    (Habit.ONCE, {Frequency.WEEKLY, Frequency.TWICE, Frequency.ONCE}),
)


@dataclass(frozen=True, slots=True)
class PeriodMember:
    """What one member did over the months in which they were eligible."""

    group: Group
    habit: Habit
    always: bool  # a mark in every single one of these months
    measurable: bool
    answer: Habit | None


def period_members(months: Sequence[Mapping[int, MemberMonth]], settled: int | None = None) -> dict[int, PeriodMember]:
    """Return by membership the members eligible in any of `months`: those eligible in each, earliest first.

    A member's group is that of their last month. Only, once figures were shown, of the first `settled` months
    together, nobody changes groups any more: the next figures of both groups would tell what that one has read.
    """
    histories: dict[int, list[MemberMonth]] = {}
    groups: dict[int, Group] = {}
    for number, month in enumerate(months):
        for membership, member in month.items():
            histories.setdefault(membership, []).append(member)
            if membership not in groups or settled is None or number < settled:
                groups[membership] = member.group
    return {membership: _period_member(groups[membership], history) for membership, history in histories.items()}


def habit_of(months: Sequence[Frequency]) -> Habit:
    """Return the best habit that holds in three quarters of a member's `months` or more; there is at least one."""
    for habit, classes in AT_LEAST:
        if 4 * sum(month in classes for month in months) >= 3 * len(months):
            return habit
    return Habit.RARELY if any(month is not Frequency.NONE for month in months) else Habit.NEVER


def period_counts(members: Iterable[PeriodMember]) -> GroupCounts:
    """Return the counts of one group of members over a period."""
    members = list(members)
    return GroupCounts(
        classes=count_by(Habit, (member.habit for member in members)),
        measurable=sum(member.measurable for member in members),
        answers=count_by(Habit, (member.answer for member in members)),
        always=sum(member.always for member in members),
    )


def _period_member(group: Group, history: Sequence[MemberMonth]) -> PeriodMember:
    frequencies = [month.frequency for month in history]
    answers = [month.answer for month in history if month.answer]
    return PeriodMember(
        group=group,
        habit=habit_of(frequencies),
        always=Frequency.NONE not in frequencies,
        measurable=any(month.measurable for month in history),
        answer=answers[-1] if answers else None,
    )
