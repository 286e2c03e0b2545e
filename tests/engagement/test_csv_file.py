"""The files that coordinators take away."""

from __future__ import annotations

import pytest

from app.engagement.csv_file import to_csv
from app.engagement.tables import Table


def test_a_french_excel_opens_it() -> None:
    table = Table(("équipe", "floor"), [("Défi", 0.8125)])
    assert to_csv(table) == b"\xef\xbb\xbf" + "équipe;floor\r\nDéfi;0,8125\r\n".encode()


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (True, "1"), (False, "0"), (12, "12"), (1 / 3, "0,3333333333333333")]
)
def test_a_value_is_written_whole(value: object, cell: str) -> None:
    assert to_csv(Table(("a", "b"), [(value, "x")])).decode().splitlines()[1] == f"{cell};x"  # type: ignore[list-item]


def test_a_name_with_a_semicolon_keeps_to_its_cell() -> None:
    assert to_csv(Table(("a",), [("un;deux",)])).decode().splitlines()[1] == '"un;deux"'


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1"])
def test_a_name_is_never_taken_for_a_formula(name: str) -> None:
    assert f"'{name}" in to_csv(Table(("a",), [(name,)])).decode()
