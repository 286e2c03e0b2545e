"""Cleaning of what people type or paste, in one place for forms, CSV files and rosters. Values in, values out."""

from __future__ import annotations

import re
import unicodedata

# CRLF, CR, and the soft returns of word processors and spreadsheets: VT, FF, NEL, line and paragraph separator.
LINE_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# What no font draws: white space, format signs (zero-width, soft hyphen, marks of direction), and these, which Unicode
# has among letters, marks and symbols: the joiner of graphemes, fillers of Hangul and Khmer, the Braille blank, the
# selectors of variants.
BLANK_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
# Signs of format that change what is seen: joiners, which some scripts and emoji need, and the tags of flags.
SHAPING = frozenset({"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))})


def normalize_line_breaks(text: str) -> str:
    """Return `text` with `\\n` for every line break, however it is written."""
    return LINE_BREAK.sub("\n", text)


def clean_text(text: str | None) -> str:
    """Return `text` with `\\n` for every line break, without control characters or outer white space.

    Where nothing in it can be seen, nothing is left of it.
    """
    lines = normalize_line_breaks(text or "")
    cleaned = "".join(c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"}).strip()
    return cleaned if can_be_seen(cleaned) else ""


def can_be_seen(text: str) -> bool:
    """Return whether a reader sees anything of `text`; signs that nobody sees may stand in it, as in an emoji."""
    return any(unicodedata.category(c) not in BLANK_CATEGORIES and not BLANK.match(c) for c in text)


def clean_line(text: str | None) -> str:
    """Return a typed text on one line, without signs that nobody sees, such as those that turn its direction."""
    visible = (c for c in clean_text(text) if unicodedata.category(c) != "Cf" or c in SHAPING)
    return " ".join("".join(visible).split())


def strip_unseen(text: str) -> str:
    """Return `text` without white space and signs that nobody sees at its ends: what is copied often has some."""
    seen = [place for place, c in enumerate(text) if not c.isspace() and unicodedata.category(c) != "Cf"]
    return text[seen[0] : seen[-1] + 1] if seen else ""
