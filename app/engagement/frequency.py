"""Published classes laid out as the cells of a table: classes counted together share a cell. Values in, values out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.readership.figures.disclosure import Block


class Cell(NamedTuple):
    """So many columns wide; `members` is None where nobody can be in the class or nothing may be shown."""

    columns: int
    members: int | None


def frequency_cells(classes: int, blocks: Sequence[Block]) -> list[Cell]:
    """The row of a table of `classes` columns. A class that no block holds gets an empty cell of its own."""
    cells = []
    column = 0
    for block in blocks:
        cells += [Cell(1, None)] * (block.classes[0] - column)
        column = block.classes[-1] + 1
        cells.append(Cell(column - block.classes[0], block.members))
    return cells + [Cell(1, None)] * (classes - column)
