"""The texts of a bulletin as typed: what is kept of them, and how long they may be. Values in, values out."""

from __future__ import annotations

import unicodedata

LIMIT = 300  # code points, for people typing; imported texts are never cut


def clean(text: str | None) -> str:
    """The text with line breaks as one character, without control characters or outer white space."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
