"""Cleaning of what people type or paste, in one place for forms, CSV files and rosters. Values in, values out."""

from __future__ import annotations

import re
import unicodedata

# CRLF, CR, and the soft returns of word processors and spreadsheets: VT, FF, NEL, line and paragraph separator.
LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


def normalize_line_breaks(text: str) -> str:
    """Return `text` with `\\n` for every line break, however it is written."""
    return LINE_BREAK.sub("\n", text)


def clean_text(text: str | None) -> str:
    """Return `text` with `\\n` for every line break, without control characters or outer white space."""
    lines = normalize_line_breaks(text or "")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
