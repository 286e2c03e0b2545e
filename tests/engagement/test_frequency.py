"""Published classes as the cells of a table."""

from __future__ import annotations

import pytest

from app.engagement.frequency import Cell, frequency_cells
from app.readership.figures.disclosure import Block


@pytest.mark.parametrize(
    ("blocks", "cells"),
    [
        ((Block((0,), 12), Block((1,), 8), Block((2,), 6), Block((3,), 6)), [(1, 12), (1, 8), (1, 6), (1, 6)]),
        ((Block((0, 1), 9), Block((2, 3), 7)), [(2, 9), (2, 7)]),
        ((Block((0,), 20), Block((3,), 12)), [(1, 20), (1, None), (1, None), (1, 12)]),  # one digest in the month
        ((Block((0, 3), 32),), [(4, 32)]),  # merged over classes that cannot be
        ((Block((0,), 20), Block((2,), 6)), [(1, 20), (1, None), (1, 6), (1, None)]),
    ],
)
def test_the_cells_cover_every_class(blocks: tuple[Block, ...], cells: list[tuple[int, int | None]]) -> None:
    assert frequency_cells(4, blocks) == [Cell(*cell) for cell in cells]
    assert sum(cell.columns for cell in frequency_cells(4, blocks)) == 4
