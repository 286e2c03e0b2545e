"""What holds of published figures whatever the true ones are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.readership.figures.disclosure import SMALL, publish
from app.readership.figures.monthly import Group, GroupCounts
from app.readership.figures.published import PublishedGroup
from app.readership.survey import Habit, wilson

classes = st.lists(st.integers(0, 25), min_size=4, max_size=4)


@st.composite
def tallies(draw: st.DrawFn) -> GroupCounts:
    weekly, twice, once, none = draw(classes)
    measurable = weekly + twice + once + draw(st.integers(0, none))
    answers, silent = [], weekly + twice + once + none
    for _habit in Habit:
        answers.append(draw(st.integers(0, min(silent, 12))))
        silent -= answers[-1]
    return GroupCounts((weekly, twice, once, none), measurable, tuple(answers))


@given(tallies(), tallies())
def test_published_figures_are_true(eig: GroupCounts, mentor: GroupCounts) -> None:
    published = publish(eig, mentor)
    for group, tally in {Group.EIG: eig, Group.MENTOR: mentor, Group.ALL: eig.plus(mentor)}.items():
        _holds(published[group], tally)


def _holds(group: PublishedGroup, tally: GroupCounts) -> None:
    assert group.eligible == tally.eligible
    for published, count in ((group.readers, tally.readers), (group.measurable, tally.measurable)):
        assert published is None or published.least <= count <= published.most <= tally.eligible
    for block in group.frequency:
        assert block.members == sum(tally.classes[number] for number in block.classes) >= SMALL
    for block in group.declared.classes:
        silent = tally.eligible - sum(tally.answers)
        assert block.members == sum((*tally.answers, silent)[number] for number in block.classes) >= SMALL


@given(tallies(), tallies())
def test_published_shares_keep_their_order(eig: GroupCounts, mentor: GroupCounts) -> None:
    for group in publish(eig, mentor).values():
        if group.floor is not None and group.coverage is not None:
            assert 0 < group.floor <= group.coverage < 1
        if group.estimate is not None:
            assert group.floor is not None
            assert group.floor <= group.estimate < 1
        low, high = group.declared.interval
        if group.declared.share is not None and low is not None and high is not None:
            assert 0 <= low <= group.declared.share <= high <= 1


@given(tallies(), tallies())
def test_the_declared_interval_holds_the_interval_of_the_true_share(eig: GroupCounts, mentor: GroupCounts) -> None:
    for group, tally in zip(publish(eig, mentor).values(), (eig, mentor, eig.plus(mentor)), strict=True):
        low, high = group.declared.interval
        if low is not None and high is not None:
            true_low, true_high = wilson(sum(tally.answers[:3]), sum(tally.answers))
            assert low <= true_low + 1e-12
            assert true_high <= high + 1e-12
