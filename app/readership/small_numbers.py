"""Small numbers: what may be shown of a count, or of classes, without a handful of members being recognised.

A count under five is not shown, nor one that leaves fewer than five others; neighbouring classes merge until each
holds five. `publication.py` sees to it that no such number comes back by subtraction.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

SMALL = 5


class Count(NamedTuple):
    """What is told of a count: that it lies between `least` and `most`. `least` is the number shown."""

    least: int
    most: int

    @property
    def at_least(self) -> bool:
        """Whether the number shown is a lower bound, and not the count itself."""
        return self.least < self.most

    def plus(self, other: Count) -> Count:
        """What is told of two counts together."""
        return Count(self.least + other.least, self.most + other.most)


class Block(NamedTuple):
    """Neighbouring classes, by their numbers, counted together."""

    classes: tuple[int, ...]
    members: int

    @property
    def stands_alone(self) -> bool:
        """Whether the block is one class."""
        return len(self.classes) == 1


def shown(count: int, population: int) -> Count | None:
    """What may be told of `count` members of `population`; None: nothing. Under ten members it is always nothing."""
    least = min(count, population - SMALL)
    if least < SMALL:
        return None
    return Count(least, least if least == count else population)


def both(one: Count | None, other: Count | None) -> Count | None:
    """What may be told of two counts of different members together: nothing where one of them is not shown."""
    return one.plus(other) if one and other else None


def at_least_together(groups: Sequence[tuple[int, int]]) -> int | None:
    """How many, at least, of the members of all `groups` together; each is a count and its population.

    It is the sum of what may be shown of each, so that nothing comes back by subtraction; None: nothing. Groups too
    small to be shown by themselves are taken as one, where all are.
    """
    if all(population < 2 * SMALL for _count, population in groups):
        groups = [(sum(count for count, _ in groups), sum(population for _, population in groups))]
    told = [count.least for group in groups if (count := shown(*group))]
    return sum(told) or None


def merged(counts: Sequence[int], cuts: Collection[int] = (), absent: Collection[int] = ()) -> tuple[Block, ...]:
    """Classes merged with their neighbours until each block holds five, and never across one of `cuts`.

    A cut is the number of the class that begins after it: the counts on both its sides are known from elsewhere, and
    a block across it would give away its parts. Nobody can be in the `absent` classes: they are left out.
    """
    edges = sorted({0, len(counts), *cuts})
    present = [[number for number in range(*edge) if number not in absent] for edge in pairwise(edges)]
    return tuple(block for numbers in present for block in _merged_between(counts, numbers))


def common(one: Sequence[Block], other: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks that can be added from those of two groups: they end where blocks of both end."""
    blocks: list[Block] = []
    for joined in _split(one, at=_ends(one) & _ends(other)):
        members = sum(block.members for block in other if block.classes[-1] in joined.classes)
        blocks.append(Block(joined.classes, joined.members + members))
    return tuple(blocks)


def _merged_between(counts: Sequence[int], numbers: Sequence[int]) -> list[Block]:
    blocks: list[Block] = []
    pending = Block((), 0)
    for number in numbers:
        pending = _joined(pending, Block((number,), counts[number]))
        if pending.members >= SMALL:
            blocks.append(pending)
            pending = Block((), 0)
    if pending.classes:  # too small to stand: it joins the block before
        blocks.append(_joined(blocks.pop(), pending) if blocks else pending)
    return blocks


def _split(blocks: Sequence[Block], at: Collection[int]) -> list[Block]:
    """`blocks` joined up to each of the classes `at`; what follows the last of these is left out."""
    joined: list[Block] = []
    pending = Block((), 0)
    for block in blocks:
        pending = _joined(pending, block)
        if pending.classes[-1] in at:
            joined.append(pending)
            pending = Block((), 0)
    return joined


def _ends(blocks: Sequence[Block]) -> set[int]:
    return {block.classes[-1] for block in blocks}


def _joined(one: Block, other: Block) -> Block:
    return Block(one.classes + other.classes, one.members + other.members)
