"""Nothing under five can be recovered from what is published together: every table, seen by an adversary."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cache
from itertools import product

import pytest

from app.readership.figures import disclosure
from app.readership.figures.disclosure import publish, publish_group
from app.readership.figures.monthly import IMPOSSIBLE, Group, GroupCounts
from tests.readership.adversary import Table, disclosed_secrets, questions, tables

NO_ANSWERS = (0, 0, 0, 0, 0)
MEMBERS = 12
FEW = 11  # nothing is shown under ten members; with one more every way of hiding and merging occurs

# The cells of a month: those who read weekly, twice, once; those who did not though they can be measured; the others.
# With one digest a reader has read weekly, with two nobody reads two but not all: the adversary knows.
CELLS_BY_DIGESTS = {1: 3, 2: 4, 3: 5}


def up_to(members: int) -> list[object]:
    """The sizes of groups, the larger of which take long."""
    return [pytest.param(size, marks=pytest.mark.long if size > FEW else ()) for size in range(1, members + 1)]


def month(cells: Table) -> GroupCounts:
    weekly, *some, measured, unseen = cells
    once, twice = (*reversed(some), 0, 0)[:2]
    absent = IMPOSSIBLE.get(len(some) + 1, frozenset())
    return GroupCounts((weekly, twice, once, measured + unseen), weekly + twice + once + measured, NO_ANSWERS, absent)


def survey(cells: Table) -> GroupCounts:
    """Five habits, and those who did not answer."""
    return GroupCounts((sum(cells), 0, 0, 0), 0, cells[:5])


def short_survey(cells: Table) -> GroupCounts:
    """Weekly, once, never and no answer: few enough cells for two groups."""
    weekly, once, never, nothing = cells
    return survey((weekly, 0, once, 0, never, nothing))


def span(cells: Table) -> GroupCounts:
    """Weekly, twice and once, those with a mark in every month first; rarely; never."""
    weekly, twice, once = (cells[0] + cells[1], cells[2] + cells[3], cells[4] + cells[5])
    always, rarely, never = cells[0] + cells[2] + cells[4], cells[6], cells[7]
    return GroupCounts((weekly, twice, once, rarely, never), weekly + twice + once + rarely, NO_ANSWERS, always=always)


def measured_span(cells: Table) -> GroupCounts:
    """Weekly, twice, once, rarely; those with no mark who can be measured; the others."""
    return GroupCounts((*cells[:4], cells[4] + cells[5]), sum(cells[:5]), NO_ANSWERS)


def leaks(cells: int, members: int, tally: Callable[[Table], GroupCounts]) -> list[object]:
    published = ((table, publish_group(tally(table))) for table in tables(cells, members))
    return disclosed_secrets(published, questions(cells))


@pytest.mark.parametrize("digests", CELLS_BY_DIGESTS)
@pytest.mark.parametrize("members", up_to(MEMBERS + 3))
def test_a_month_of_one_group_gives_nobody_away(members: int, digests: int) -> None:
    assert leaks(CELLS_BY_DIGESTS[digests], members, month) == []


@pytest.mark.parametrize("members", up_to(MEMBERS))
def test_the_survey_of_one_group_gives_nobody_away(members: int) -> None:
    assert leaks(6, members, survey) == []


@pytest.mark.parametrize("members", up_to(MEMBERS - 1))
def test_the_habits_of_a_span_give_nobody_away(members: int) -> None:
    assert leaks(8, members, span) == []


@pytest.mark.parametrize("members", up_to(MEMBERS))
def test_the_coverage_of_a_span_gives_nobody_away(members: int) -> None:
    assert leaks(6, members, measured_span) == []


@pytest.mark.parametrize("members", up_to(MEMBERS + 3))
def test_a_promotion_of_one_month_tells_no_more_than_its_month(members: int) -> None:
    def published(table: Table) -> Hashable:
        in_month = month(table)
        *reading, never = in_month.classes
        whole = GroupCounts((*reading, 0, never), in_month.measurable, NO_ANSWERS, always=in_month.readers)
        return publish_group(in_month), publish_group(whole)

    assert disclosed_secrets(((table, published(table)) for table in tables(5, members)), questions(5)) == []


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same function, remembered: hundreds of thousands of pairs are made of a few thousand groups."""
    monkeypatch.setattr(disclosure, "publish_group", cache(publish_group))


def leaks_of_two(
    cells: int,
    sizes: tuple[int, int],
    tally: Callable[[Table], GroupCounts],
    published: Callable[[GroupCounts, GroupCounts], Hashable],
) -> list[object]:
    groups = ([(table, tally(table)) for table in tables(cells, size)] for size in sizes)
    pairs = product(*groups)
    return disclosed_secrets(
        ((one + other, published(eig, mentor)) for (one, eig), (other, mentor) in pairs), questions(cells, 2)
    )


def everything(eig: GroupCounts, mentor: GroupCounts) -> Hashable:
    return tuple(publish(eig, mentor).values())


# Which of the two groups is the larger makes no difference: see test_the_two_groups_are_interchangeable.
SIZES = [
    pytest.param((one, total - one), marks=pytest.mark.long if total > FEW else ())
    for total in range(1, MEMBERS + 1)
    for one in range(total // 2 + 1)
]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("digests", CELLS_BY_DIGESTS)
@pytest.mark.parametrize("sizes", SIZES)
def test_a_month_of_all_groups_gives_nobody_away(sizes: tuple[int, int], digests: int) -> None:
    assert leaks_of_two(CELLS_BY_DIGESTS[digests], sizes, month, everything) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("sizes", SIZES)
def test_the_survey_of_all_groups_gives_nobody_away(sizes: tuple[int, int]) -> None:
    assert leaks_of_two(4, sizes, short_survey, everything) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("sizes", [(10, 10), (9, 10), (10, 12), (11, 15)])
@pytest.mark.parametrize("tally", [month, lambda cells: survey((0, cells[0], 0, cells[1], 0, cells[2]))])
def test_two_groups_of_ten_and_more_give_nobody_away(
    sizes: tuple[int, int], tally: Callable[[Table], GroupCounts]
) -> None:
    assert leaks_of_two(3, sizes, tally, everything) == []


def test_the_two_groups_are_interchangeable() -> None:
    pairs = [
        ((1, 2, 3, 2, 1), (0, 1, 0, 1, 1)),
        ((6, 0, 3, 2, 1), (5, 2, 9, 4, 7)),
        ((0, 0, 0, 0, 0), (9, 8, 7, 6, 5)),
    ]
    for one, other in pairs:
        there, back = publish(month(one), month(other)), publish(month(other), month(one))
        assert there[Group.ALL] == back[Group.ALL]
        assert there[Group.EIG] == back[Group.MENTOR]


def test_the_adversary_sees_through_the_subtraction_of_groups() -> None:
    def naive(eig: GroupCounts, mentor: GroupCounts) -> Hashable:
        return publish_group(eig), publish_group(mentor), publish_group(eig.plus(mentor))

    assert leaks_of_two(3, (2, 10), month, naive) != []


def test_the_adversary_sees_through_the_subtraction_of_figures() -> None:
    naive = ((table, (month(table).readers, month(table).measurable)) for table in tables(5, MEMBERS))
    assert disclosed_secrets(naive, questions(5)) != []
