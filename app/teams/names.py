"""Names of teams as people spell them: how they are matched, and what they become in an address.

Values in, values out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from difflib import get_close_matches
from itertools import chain, count

SLUG_LENGTH = 80
SPELLED_OUT = str.maketrans({"@": "a", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
# First steps of the site's own addresses, which no promotion may take.
RESERVED_SLUGS = frozenset(
    {"healthz", "language", "mailbox", "me", "metrics", "share", "sign-in", "sign-out", "static", "unsubscribe"}
)


def team_key(name: str) -> str:
    """`name` as matched: whatever its case, accents, spaces, hyphens, apostrophes; `b@liseNAV` gives `balisenav`."""
    return "".join(sign for sign in _folded(name) if sign.isalnum())


def slugify(name: str) -> str:
    """`name` for an address: ASCII letters and digits with hyphens between words; "" when it has none."""
    return re.sub(r"[^a-z0-9]+", "-", _folded(name)).strip("-")[:SLUG_LENGTH].rstrip("-")


def free_slug(name: str, taken: Container[str]) -> str:
    """The slug of `name`, numbered when it is empty or `taken` already."""
    slug = slugify(name) or "team"
    numbered = (f"{slug[: SLUG_LENGTH - 4]}-{number}" for number in count(2))
    return next(candidate for candidate in chain([slug], numbered) if candidate not in taken)


def nearest(name: str, names: Iterable[str], n: int = 3) -> list[str]:
    """The `n` of `names` most like `name`, the most alike first."""
    by_key = {team_key(known): known for known in names}
    return [by_key[key] for key in get_close_matches(team_key(name), by_key, n, cutoff=0.3)]


def _folded(name: str) -> str:
    """Without case and accents, ligatures spelled out."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()).translate(SPELLED_OUT)
    return "".join(sign for sign in folded if not unicodedata.combining(sign))
