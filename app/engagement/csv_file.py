"""A table as a CSV file that a French Excel opens by a double click. Values in, values out.

UTF-8 with a byte order mark (without it Excel takes the file for Windows-1252), semicolons between cells and a comma
in numbers (what the French settings of Windows expect), CRLF, yes and no as 1 and 0. Whole precision: Excel rounds.
"""

from __future__ import annotations

import csv
import io

from app.engagement.tables import Table, Value

BYTE_ORDER_MARK = "\ufeff"
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(table: Table) -> bytes:
    """The bytes of the file, its first line the names of the columns."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.rows)
    return (BYTE_ORDER_MARK + file.getvalue()).encode()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(BEGINS_A_FORMULA) else value
    if isinstance(value, bool):
        return str(int(value))
    return str(value).replace(".", ",")
