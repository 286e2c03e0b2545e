"""The true figures of a promotion: habits over the months in which a member was eligible."""

from __future__ import annotations

import pytest

from app.readership.figures.monthly import Frequency, Group, MemberMonth
from app.readership.figures.periods import habit_of, period_counts, period_members
from app.readership.survey import Habit

W, T, O, N = Frequency  # noqa: E741
READ = {W: 4, T: 2, O: 1, N: 0}  # of four digests
ANA, BEN = 1, 2


def month(
    frequency: Frequency, *, group: Group = Group.EIG, measurable: bool = True, answer: Habit | None = None
) -> MemberMonth:
    return MemberMonth(group, READ[frequency], 4, measurable, answer)


@pytest.mark.parametrize(
    ("months", "habit"),
    [
        ([W], Habit.WEEKLY),
        ([N], Habit.NEVER),
        ([W, W, W, N], Habit.WEEKLY),  # three quarters are enough
        ([W, W, N, N], Habit.RARELY),
        ([W, W, T, N], Habit.TWICE),  # weekly is twice or better
        ([W, T, O, N], Habit.ONCE),
        ([O, O, N], Habit.RARELY),  # two thirds are not
        ([O, O, O], Habit.ONCE),
        ([W, T, T], Habit.TWICE),
        ([W, W], Habit.WEEKLY),
        ([W, N], Habit.RARELY),
        ([N, N, N, N, N, N, N, N, N, O], Habit.RARELY),
        ([W, W, W, W, W, W, W, O, N, N], Habit.ONCE),  # 7 of 10 weekly: not three quarters; 8 of 10 once
        ([W, W, W, W, W, W, W, W, N, N], Habit.WEEKLY),
        ([N] * 10, Habit.NEVER),
    ],
)
def test_the_best_habit_that_holds_in_three_quarters_of_the_months(months: list[Frequency], habit: Habit) -> None:
    assert habit_of(months) is habit


def test_a_month_without_eligibility_does_not_count_against_a_member() -> None:
    joined_late = period_members([{}, {}, {ANA: month(W)}, {ANA: month(W)}])
    assert [member.habit for member in joined_late.values()] == [Habit.WEEKLY]


def test_everybody_eligible_in_a_month_is_in_the_span() -> None:
    members = period_members([{ANA: month(W)}, {BEN: month(N)}])
    assert [member.habit for member in members.values()] == [Habit.WEEKLY, Habit.NEVER]


def test_a_member_who_changed_part_counts_once_in_the_last_one() -> None:
    members = period_members([{ANA: month(W)}, {ANA: month(W, group=Group.MENTOR)}])
    assert [(member.group, member.habit) for member in members.values()] == [(Group.MENTOR, Habit.WEEKLY)]


@pytest.mark.parametrize(("settled", "group"), [(None, "mentor"), (3, "mentor"), (2, "eig"), (1, "eig")])
def test_nobody_changes_groups_in_figures_that_were_shown(settled: int | None, group: str) -> None:
    members = period_members([{ANA: month(W)}, {ANA: month(W)}, {ANA: month(W, group=Group.MENTOR)}], settled)
    assert members[ANA].group == group


def test_who_joined_after_the_first_figures_stays_in_the_group_they_first_had() -> None:
    members = period_members([{}, {ANA: month(W)}, {ANA: month(W, group=Group.MENTOR)}], 1)
    assert members[ANA].group is Group.EIG


@pytest.mark.parametrize(("months", "always"), [([W, O, T], True), ([W, W, W, N], False), ([N], False)])
def test_always_is_a_mark_in_every_single_month(months: list[Frequency], always: bool) -> None:
    assert [member.always for member in period_members([{ANA: month(each)} for each in months]).values()] == [always]


def test_the_latest_answer_of_a_member_is_the_one_of_the_span() -> None:
    answers = [Habit.WEEKLY, Habit.RARELY, None]
    assert [m.answer for m in period_members([{ANA: month(W, answer=a)} for a in answers]).values()] == [Habit.RARELY]


def test_a_member_measurable_in_one_month_is_measurable() -> None:
    months = [{ANA: month(W), BEN: month(N, measurable=False)}, {ANA: month(N, measurable=False)}]
    assert [member.measurable for member in period_members(months).values()] == [True, False]


def test_a_tally_counts_readers_as_those_of_the_first_three_habits() -> None:
    months = [[W] * 4, [W, T, T, N], [W, T, O, N], [O, N, N, N], [N] * 4]
    members = period_members([{n: month(history[at]) for n, history in enumerate(months)} for at in range(4)])
    tally = period_counts(members.values())
    assert tally.classes == (1, 1, 1, 1, 1)
    assert (tally.eligible, tally.readers, tally.always) == (5, 3, 1)
