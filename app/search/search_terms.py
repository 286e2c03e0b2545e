"""What is asked: the words of a query, which words of a text fit them, and where these stand. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.search.words import Word, split_words

MOST_TERMS = 16
SHORTEST_PREFIX = 2
ITEM = re.compile(r"(?:^|\n)\s*- ")  # of a list, as plain text has it
EXCERPT = 240  # characters
BEFORE_MATCH = 60  # of them, before the first match
# Words that are in nearly every text: in a query they would only leave out texts. Folded.
# fmt: off
STOP_WORDS = frozenset({
    "a", "ai", "au", "aux", "avec", "ce", "ces", "cette", "d", "dans", "de", "des", "du", "elle",
    "elles", "en", "est", "et", "eux", "il", "ils", "je", "l", "la", "le", "les", "leur", "leurs",
    "lui", "ma", "mais", "mes", "mon", "ne", "nos", "notre", "nous", "on", "ont", "ou", "par", "pas",
    "pour", "qu", "que", "qui", "sa", "se", "ses", "son", "sont", "sur", "ta", "te", "tes", "ton",
    "tu", "un", "une", "vos", "votre", "vous", "y", "the", "of", "and", "to", "in", "is",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Term:
    """A word that was asked for: `stems`, one of which a text must have, or a word that begins with `prefix`."""

    stems: frozenset[str]
    prefix: str | None = None

    def fits(self, word: Word) -> bool:
        """Return whether `word` is what was asked for, as the index would find it."""
        forms = {word.folded, *word.stems}
        begins = self.prefix is not None and any(form.startswith(self.prefix) for form in forms)
        return begins or not self.stems.isdisjoint(forms)


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What a text must have, all of it; `left_out`: how many words more were asked for."""

    terms: tuple[Term, ...]
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.terms)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; `found`: it is what was asked for."""

    text: str
    found: bool = False


def read_terms(query: str) -> SearchTerms:
    """Return what `query`, any text at all, asks for; the last word may be the beginning of one."""
    words = list({word.folded: word for word in split_words(query)}.values())
    telling = [word for word in words if word.folded not in STOP_WORDS] or words
    kept = telling[:MOST_TERMS]
    last = words[-1:] if len(kept) == len(telling) else []
    return SearchTerms(tuple(_term(word, may_be_prefix=word in last) for word in kept), len(telling) - len(kept))


def mark_found(text: str, terms: SearchTerms) -> list[Piece]:
    """Cut `text` into pieces that are what was asked for and pieces that are not; together they are `text`."""
    pieces, position = [], 0
    for word in _found_words(text, terms):
        pieces += [Piece(text[position : word.start]), Piece(text[word.start : word.end], found=True)]
        position = word.end
    return [piece for piece in [*pieces, Piece(text[position:])] if piece.text]


def has_found(text: str, terms: SearchTerms) -> bool:
    """Return whether a word of `text` is one of those asked for."""
    return next(_found_words(text, terms), None) is not None


def excerpt(text: str, terms: SearchTerms) -> list[Piece]:
    """Return what of `text` is around the first word that was asked for, or its beginning, in pieces, on one line."""
    line = " ".join(ITEM.sub(" · ", text).removeprefix(" · ").split())
    if len(line) <= EXCERPT:
        return mark_found(line, terms)
    first = next(_found_words(line, terms), None)
    start = _after_space(line, max(0, first.start - BEFORE_MATCH)) if first else 0
    end = _before_space(line, start + EXCERPT)
    before, after = [Piece("… ")] if start else [], [Piece(" …")] if end < len(line) else []
    return [*before, *mark_found(line[start:end], terms), *after]


def _term(word: Word, *, may_be_prefix: bool) -> Term:
    is_prefix = may_be_prefix and len(word.folded) >= SHORTEST_PREFIX
    return Term(word.stems, word.folded if is_prefix else None)


def _found_words(text: str, terms: SearchTerms) -> Iterator[Word]:
    return (word for word in split_words(text) if any(term.fits(word) for term in terms.terms))


def _after_space(line: str, position: int) -> int:
    """Return where a word of `line` begins, at `position` or a little before it."""
    return line.rfind(" ", 0, position) + 1 if position else 0


def _before_space(line: str, position: int) -> int:
    """Return where a word of `line` ends, at `position` or before it; `position` itself within a very long word."""
    if position >= len(line):
        return len(line)
    space = line.rfind(" ", 0, position)
    return space if space > position - BEFORE_MATCH else position
