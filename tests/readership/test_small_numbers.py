"""What may be shown of a count and of classes: the rule by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.readership.figures.disclosure import SMALL, Block, Count, add_counts, common_blocks, merge_classes, publishable


@pytest.mark.parametrize(
    ("count", "population", "published"),
    [
        (0, 32, None),
        (4, 32, None),
        (5, 32, Count(5, 5)),
        (26, 32, Count(26, 26)),
        (27, 32, Count(27, 27)),
        (28, 32, Count(27, 32)),
        (30, 32, Count(27, 32)),
        (32, 32, Count(27, 32)),
        (5, 10, Count(5, 5)),
        (6, 10, Count(5, 10)),
        (10, 10, Count(5, 10)),
        (4, 9, None),
        (5, 9, None),
        (9, 9, None),
        (0, 0, None),
    ],
)
def test_a_count_is_hidden_or_shown_or_a_lower_bound(count: int, population: int, published: Count | None) -> None:
    assert publishable(count, population) == published


def test_only_a_lower_bound_says_at_least() -> None:
    assert Count(27, 32).at_least
    assert not Count(27, 27).at_least


@given(population=st.integers(0, 60), data=st.data())
def test_what_is_told_of_a_count_is_true(population: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, population))
    published = publishable(count, population)
    if published:
        assert published.least <= count <= published.most
        assert SMALL <= published.least <= population - SMALL


def test_a_sum_with_a_hidden_count_is_hidden() -> None:
    assert add_counts(Count(7, 7), None) is None
    assert add_counts(None, Count(7, 7)) is None


def test_a_sum_with_a_lower_bound_is_a_lower_bound() -> None:
    assert add_counts(Count(7, 7), Count(27, 32)) == Count(34, 39)


@pytest.mark.parametrize(
    ("counts", "cuts", "blocks"),
    [
        ([12, 8, 6, 6], [3], [([0], 12), ([1], 8), ([2], 6), ([3], 6)]),
        ([12, 11, 3, 6], [3], [([0], 12), ([1, 2], 14), ([3], 6)]),  # not with « none », which is known: 6
        ([3, 8, 15, 6], [3], [([0, 1], 11), ([2], 15), ([3], 6)]),
        ([2, 1, 3, 6], [3], [([0, 1, 2], 6), ([3], 6)]),
        ([20, 7, 3, 2], [], [([0], 20), ([1], 7), ([2, 3], 5)]),
        ([30, 0, 0, 2], [], [([0, 1, 2, 3], 32)]),
        ([2, 2], [], [([0, 1], 4)]),
    ],
)
def test_classes_merge_with_their_neighbours(
    counts: list[int], cuts: list[int], blocks: list[tuple[list[int], int]]
) -> None:
    assert merge_classes(counts, cuts) == tuple(Block(tuple(classes), members) for classes, members in blocks)


def test_a_class_that_nobody_can_be_in_does_not_need_a_neighbour() -> None:
    assert merge_classes([20, 0, 6, 6], [3], absent=[1]) == (Block((0,), 20), Block((2,), 6), Block((3,), 6))
    assert merge_classes([26, 0, 0, 6], [3], absent=[1, 2]) == (Block((0,), 26), Block((3,), 6))


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6))
def test_merged_blocks_hold_everybody_and_five_each(counts: list[int]) -> None:
    blocks = merge_classes(counts)
    assert [number for block in blocks for number in block.classes] == list(range(len(counts)))
    assert all(block.members == sum(counts[number] for number in block.classes) for block in blocks)
    assert all(block.members >= SMALL for block in blocks) or len(blocks) == 1


def test_only_a_single_class_stands_alone() -> None:
    assert Block((2,), 9).is_single_class
    assert not Block((1, 2), 9).is_single_class


def test_blocks_of_two_groups_are_added_where_both_end() -> None:
    one = (Block((0,), 12), Block((1, 2), 14), Block((3,), 6))
    other = (Block((0, 1), 9), Block((2,), 5), Block((3,), 11))
    assert common_blocks(one, other) == (Block((0, 1, 2), 40), Block((3,), 17))
    assert common_blocks(other, one) == common_blocks(one, other)


def test_blocks_that_are_not_shown_cannot_be_added() -> None:
    assert common_blocks((Block((0, 1, 2), 26), Block((3,), 6)), ()) == ()
