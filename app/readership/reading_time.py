"""How long a page must be looked at before it counts as read, and what a page may claim. Values in, values out."""

from __future__ import annotations

import math

WORDS_PER_MINUTE = 200
LEAST_SECONDS = 5.0
SHARE = 0.25  # of the estimated reading time


def reading_seconds(text: str) -> float:
    """Estimate the seconds it takes to read `text`: its words at 200 a minute, a careful round number.

    Source: S. Trauzettel-Klosinski, K. Dietz, "Standardized assessment of reading performance: the new International
    Reading Speed Texts IReST", Investigative Ophthalmology & Visual Science 53 (2012): about 184 words a minute read
    aloud, over 17 languages; M. Brysbaert, "How many words do we read per minute?", Journal of Memory and Language 109
    (2019): about 238 read silently in English.
    """
    return len(text.split()) * 60 / WORDS_PER_MINUTE


def needed_seconds(text: str) -> float:
    """Return how long `text` must be visible and in use: five seconds, or a quarter of its reading time if longer."""
    return max(LEAST_SECONDS, SHARE * reading_seconds(text))


def is_believable(claimed: str, *, passed: float, needed: float) -> bool:
    """Return whether a page that claims to have been in use for `claimed` seconds was read.

    No more count than have `passed` since it was served; `needed` of them are enough.
    """
    try:
        seconds = float(claimed)
    except ValueError:
        return False
    return math.isfinite(seconds) and min(seconds, passed) >= needed
