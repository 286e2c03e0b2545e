"""Rows as a CSV file for machines: UTF-8, commas, decimal points, ISO dates, empty for missing.

Values in, values out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

from app.retrospective.open_data.columns import DataFile
from app.spreadsheets import neutralize_formula

Value = str | int | float | bool | date | None
Row = Mapping[str, Value]


def write_csv(file: DataFile, rows: Iterable[Row]) -> bytes:
    """Return the bytes of a file. Raises ValueError for a row with a column that the file does not have."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [column.name for column in file.columns], restval="", lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return text.getvalue().encode()


def joined(words: Iterable[str]) -> str | None:
    """Return several words as one cell."""
    return "|".join(words) or None


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(round(value, 6))
    return neutralize_formula(value) if isinstance(value, str) else str(value)
