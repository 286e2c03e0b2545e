"""Somebody who wants to know more than is published, and has nothing but time.

The adversary knows the roster (how many are eligible in each group), how many digests there were, every number that
is published together, and the rules themselves, this program included. So they do what a test can do as well: write
down every table that could be true, keep those that would have been published exactly so, and ask of each set of
members (the readers, those who read once, the measurable who did not read …, in each group and in all) how many it
holds. Where all remaining tables give the same number, they know it. They must not know a number under five, nought
included, nor one that leaves fewer than five others.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, pairwise

Table = tuple[int, ...]  # how many members are in each cell: first those of one group, then those of the other
SMALL = 5


@dataclass(frozen=True)
class Question:
    """How many members are in these cells together, of how many that might be."""

    cells: tuple[int, ...]
    among: tuple[int, ...]

    def answer(self, table: Table) -> int:
        return sum(table[cell] for cell in self.cells)

    def is_secret(self, table: Table) -> bool:
        members = sum(table[cell] for cell in self.among)
        count = self.answer(table)
        return members > 0 and min(count, members - count) < SMALL


def tables(cells: int, members: int) -> Iterator[Table]:
    """Every way to put `members` into `cells`."""
    for bars in combinations(range(members + cells - 1), cells - 1):
        edges = (-1, *bars, members + cells - 1)
        yield tuple(after - before - 1 for before, after in pairwise(edges))


def questions(cells: int, groups: int = 1) -> list[Question]:
    """Every union of cells but none and all, in each group and in all groups together."""
    unions = list(chain.from_iterable(combinations(range(cells), size) for size in range(1, cells)))
    populations = [(group,) for group in range(groups)] + ([tuple(range(groups))] if groups > 1 else [])
    return [
        Question(_cells(union, population, cells), _cells(range(cells), population, cells))
        for union in unions
        for population in populations
    ]


def disclosed_secrets(
    published: Iterable[tuple[Table, Hashable]], asked: list[Question]
) -> list[tuple[Hashable, Question]]:
    """What the adversary finds out, given every possible table with what would be published of it.

    Out come the publications that settle a question whose answer must stay open.
    """
    settled: dict[Hashable, tuple[Table, list[Question]]] = {}
    for table, publication in published:
        first, open_still = settled.setdefault(publication, (table, asked))
        if open_still and first is not table:
            settled[publication] = first, [q for q in open_still if q.answer(table) == q.answer(first)]
    return [(publication, q) for publication, (first, known) in settled.items() for q in known if q.is_secret(first)]


def _cells(union: Iterable[int], groups: tuple[int, ...], cells: int) -> tuple[int, ...]:
    return tuple(group * cells + cell for group in groups for cell in union)
