"""Names as people spell them: matched with each other, and made into slugs for URLs.

Values in, values out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from difflib import get_close_matches
from itertools import chain, count

SLUG_LENGTH = 80
ALIKE = 0.75  # of difflib's ratio: a few letters differ
PART_LENGTH = 5  # letters; a shorter part is chance
SPELLED_OUT = str.maketrans({"@": "a", "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
# First segments of the paths of the site's own pages, which no promotion may take.
RESERVED_SLUGS = frozenset(
    {
        "accessibility",
        "address",
        "healthz",
        "help",
        "language",
        "legal-notice",
        "mailbox",
        "manage",
        "me",
        "metrics",
        "personal-data",
        "record",
        "share",
        "sign-in",
        "sign-out",
        "start",
        "static",
        "unsubscribe",
    }
)


def team_key(name: str) -> str:
    """Return `name` for matching: no case, accents, spaces, hyphens, apostrophes; `b@liseNAV` gives `balisenav`."""
    return "".join(character for character in _folded(name) if character.isalnum())


def slugify(name: str) -> str:
    """Return `name` as ASCII letters and digits with hyphens between words, at most SLUG_LENGTH; "" when it has none.

    python-slugify would transliterate Greek and Cyrillic, too: other slugs than those that promotions have.
    """
    return re.sub(r"[^a-z0-9]+", "-", _folded(name)).strip("-")[:SLUG_LENGTH].rstrip("-")


def free_slug(name: str, taken: Container[str]) -> str:
    """Return the slug of `name`, "team" when it is empty, with a number when it is `taken` already."""
    slug = slugify(name) or "team"
    numbered = (f"{slug[: SLUG_LENGTH - 4]}-{number}" for number in count(2))
    return next(candidate for candidate in chain([slug], numbered) if candidate not in taken)


def nearest(name: str, names: Iterable[str], n: int = 3) -> list[str]:
    """Return at most `n` of `names` that `name` may well be meant for, the most alike first; often none."""
    key, by_key = team_key(name), {team_key(known): known for known in names}
    alike = get_close_matches(key, by_key, n, cutoff=ALIKE)
    parts = [other for other in by_key if min(len(key), len(other)) >= PART_LENGTH and (key in other or other in key)]
    return [by_key[other] for other in dict.fromkeys([*alike, *parts])][:n]


def name_order(name: str) -> str:
    """Return the key by which names stand as in a directory: « Élodie » between « Diane » and « Fatou »."""
    return _folded(name)


def _folded(name: str) -> str:
    """Return `name` without case and accents, with ligatures spelled out."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold()).translate(SPELLED_OUT)
    return "".join(character for character in folded if not unicodedata.combining(character))
