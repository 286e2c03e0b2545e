"""CSV files for spreadsheets, and cells of any CSV file that one would run as a formula. Values in, values out.

A spreadsheet that opens a CSV file computes what begins with one of these, and may fetch a URL or start a program with
it (OWASP, "CSV injection"; East Asian settings take the wide forms too). An apostrophe before it makes it text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

BYTE_ORDER_MARK = "\ufeff"
FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")  # with the apostrophes that stand before it already
NEUTRALIZED = re.compile("'" + FORMULA.pattern)


def neutralize_formula(text: str) -> str:
    """Return `text` as a cell that no spreadsheet runs; `restore_text` gives `text` back."""
    return f"'{text}" if FORMULA.match(text) else text


def restore_text(cell: str) -> str:
    """Return the text that `neutralize_formula` has made into `cell`."""
    return cell[1:] if NEUTRALIZED.match(cell) else cell


def write_sheet(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return the text of a CSV file that a French Excel opens by a double click; no cell is a formula.

    To be encoded as UTF-8. A byte order mark, without which Excel takes the file for Windows-1252; semicolons between
    cells, since a comma is the decimal sign; CRLF.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(map(neutralize_formula, row) for row in rows)
    return BYTE_ORDER_MARK + file.getvalue()
