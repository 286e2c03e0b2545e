"""The tables as CSV files, and published classes as the cells of a row."""

from __future__ import annotations

import pytest

from app.engagement.tables import FrequencyCell, Table, frequency_cells, to_csv
from app.readership.figures.disclosure import Block


def test_a_french_excel_opens_it() -> None:
    table = Table(("équipe", "floor"), [("Défi", 0.8125)])
    assert to_csv(table) == "\ufefféquipe;floor\r\nDéfi;0,8125\r\n"


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (True, "1"), (False, "0"), (12, "12"), (1 / 3, "0,3333333333333333")]
)
def test_a_value_is_written_whole(value: object, cell: str) -> None:
    assert to_csv(Table(("a", "b"), [(value, "x")])).splitlines()[1] == f"{cell};x"  # type: ignore[list-item]


def test_a_name_with_a_semicolon_keeps_to_its_cell() -> None:
    assert to_csv(Table(("a",), [("un;deux",)])).splitlines()[1] == '"un;deux"'


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1"])
def test_a_name_is_never_taken_for_a_formula(name: str) -> None:
    assert f"'{name}" in to_csv(Table(("a",), [(name,)]))


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
    assert frequency_cells(4, blocks) == [FrequencyCell(*cell) for cell in cells]
    assert sum(cell.columns for cell in frequency_cells(4, blocks)) == 4
