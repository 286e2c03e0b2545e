"""Marks: the places in a mailing's text and HTML where each letter has an address of its own, as `@@read_url@@`."""

from __future__ import annotations

import re
from collections.abc import Collection

WORD_JOINER = "\u2060"  # invisible, and breaks a mark that somebody typed


def split_at_marks(text: str, names: Collection[str]) -> list[str]:
    """`text` cut at the marks called `names`: text, name, text, name … text. Any other `@@word@@` is text."""
    if not names:
        return [text]
    return re.split("@@(" + "|".join(map(re.escape, names)) + ")@@", text)


def without_marks(text: str) -> str:
    """`text`, typed by somebody, so that nothing in it is taken for a mark; it looks the same."""
    return text.replace("@@", f"@{WORD_JOINER}@")
