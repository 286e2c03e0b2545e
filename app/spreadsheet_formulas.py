"""Text in the cells of CSV files that a spreadsheet would run as a formula. Values in, values out.

A spreadsheet that opens a CSV file computes what begins with one of these, and may fetch a URL or start a program with
it (OWASP, "CSV injection"; East Asian settings take the wide forms too). An apostrophe before it makes it text.
"""

from __future__ import annotations

import re

FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")  # with the apostrophes that stand before it already
NEUTRALIZED = re.compile("'" + FORMULA.pattern)


def neutralize_formula(text: str) -> str:
    """Return `text` as a cell that no spreadsheet runs; `restore_text` gives `text` back."""
    return f"'{text}" if FORMULA.match(text) else text


def restore_text(cell: str) -> str:
    """Return the text that `neutralize_formula` has made into `cell`."""
    return cell[1:] if NEUTRALIZED.match(cell) else cell
