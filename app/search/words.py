"""The words of a text as they are indexed and as they are asked for: folded, and their French stems. Pure.

Both databases keep and compare what comes out of here and fold nothing themselves, so that they answer the same: SQLite
does not take œ for oe, and PostgreSQL's `unaccent` is often missing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import snowballstemmer

LONGEST_WORD = 40  # characters, after folding; a longer one is cut, in texts and in queries alike
# Letters and digits, with the accents that follow them; soft hyphens and joiners are in the word, and nobody sees them.
WORD = re.compile(
    "[^\\W_](?:[^\\W_]|[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200b-\u200d\u2060\ufeff])*"
)
APOSTROPHES = ("'", "’", "ʼ", "＇")
ELIDED = frozenset({"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"})
LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
)  # those that are no base + accent

_stemmer = snowballstemmer.stemmer("french")
_stemmer_lock = Lock()  # it keeps the word that it works on


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, which has it from `start` to `end`; `folded`, and its stems with and without accents."""

    start: int
    end: int
    folded: str
    stems: frozenset[str]


def split_words(text: str) -> Iterator[Word]:
    """Yield the words of `text` in their order; an article or pronoun before an apostrophe (l’, qu’) is none."""
    for match in WORD.finditer(text):
        folded, stems = _fold_and_stem(match[0])
        if folded and not (folded in ELIDED and text.startswith(APOSTROPHES, match.end())):
            yield Word(match.start(), match.end(), folded, stems)


def index_words(*texts: str) -> frozenset[str]:
    """Return what is indexed of `texts`: every word, folded, and its stems."""
    words = [word for text in texts for word in split_words(text)]
    return frozenset({word.folded for word in words}.union(*(word.stems for word in words)))


def fold(word: str) -> str:
    """Return `word` in lower case, without accents or anything that is neither a letter nor a digit."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold()).translate(LETTERS)
    return "".join(letter for letter in letters if letter.isalnum())[:LONGEST_WORD]


@lru_cache(maxsize=50_000)
def _fold_and_stem(word: str) -> tuple[str, frozenset[str]]:
    """Fold `word` and stem it twice: folded, as it may be typed, and with its accents, which the stemmer knows."""
    folded = fold(word)
    accented = unicodedata.normalize("NFKC", word).casefold().translate(LETTERS)[:LONGEST_WORD]
    return folded, frozenset({_stem(folded), fold(_stem(accented))} - {""})


def _stem(word: str) -> str:
    with _stemmer_lock:
        return str(_stemmer.stemWord(word))
