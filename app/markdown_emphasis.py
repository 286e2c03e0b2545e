"""Emphasis inside the lines of Markdown: `*`, `_`, `**`, `__`, paired as CommonMark does.

The library's own processor (Markdown 3.11.3) loses its place where a delimiter belongs to no pair, and cuts words and
the library's placeholders in two. This one looks at each character a bounded number of times.
"""

# ruff: noqa: N802 (the library names the methods that it calls, and their parameters)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, STX

EMPHASIS = r"[*_]"
MAX_DEPTH = 6  # emphasis inside emphasis; deeper pairs are shown as typed
RUN = re.compile(r"\*+|_+")
ESCAPES = {ord(sign): f"{STX}{ord(sign)}{ETX}" for sign in "*_"}
PLACEHOLDER = re.compile(f"{STX}[^{ETX}]*{ETX}")


@dataclass(slots=True)
class Run:
    """Delimiters of one kind side by side: what is left of them, and on which sides they may pair."""

    sign: str
    length: int  # as typed
    start: int
    end: int
    opens: bool
    closes: bool


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """A pair of delimiters: where the first begins and ends, where the second does."""

    start: int
    inner: int
    inner_end: int
    end: int

    @property
    def tag(self) -> str:
        return "em" if self.inner - self.start == 1 else "strong"


class EmphasisProcessor(InlineProcessor):
    """Gives the outermost emphasis of a text one by one, each with all that is inside it.

    A text comes again after each, with a placeholder where it was: it is parsed only once.
    """

    text = ""
    before = after = ""  # what must be around the placeholder when the text comes again
    outermost: Iterator[tuple[Pair, Element]] = iter(())

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int] | tuple[None, int, int]:
        replaced = data[len(self.before) : len(data) - len(self.after)]
        comes_again = data.startswith(self.before) and data.endswith(self.after) and PLACEHOLDER.fullmatch(replaced)
        if not comes_again:
            self.text, self.outermost = data, iter(build(data, pair(find_runs(data))))
        offset = len(data) - len(self.text)
        found = next(self.outermost, None)
        if found is None:
            return None, m.start(), len(data)
        span, element = found
        self.before, self.after = data[: span.start + offset], data[span.end + offset :]
        return element, span.start + offset, span.end + offset


def find_runs(text: str) -> list[Run]:
    """Return the runs of delimiters in `text`: one opens before and closes after no space, `_` not inside a word."""
    runs = []
    for found in RUN.finditer(text):
        before, after = text[found.start() - 1 : found.start()] or " ", text[found.end() : found.end() + 1] or " "
        opens, closes = not after.isspace(), not before.isspace()
        if found[0][0] == "_":
            opens, closes = opens and not before.isalnum(), closes and not after.isalnum()
        elif before.isdigit() and after.isdigit():  # 2*3*4 is a product, whatever CommonMark says
            opens = closes = False
        runs.append(Run(found[0][0], len(found[0]), found.start(), found.end(), opens, closes))
    return runs


def pair(runs: Sequence[Run]) -> list[Pair]:
    """Pair the delimiters of `runs`, as CommonMark's specification says ("Phase 2: inline structure")."""
    pairs = []
    openers: list[Run] = []
    bottoms: dict[tuple[str, bool, int], int] = {}  # below, no opener is for a closer of this kind
    for run in runs:
        kind = (run.sign, run.opens, run.length % 3)
        while run.closes and run.start < run.end:
            index = len(openers) - 1
            while index >= bottoms.get(kind, 0) and not _fit(openers[index], run):
                index -= 1
            if index < bottoms.get(kind, 0):
                bottoms[kind] = len(openers)
                break
            opener = openers[index]
            del openers[index + 1 :]
            bottoms = {each: min(bottom, len(openers)) for each, bottom in bottoms.items()}
            size = 2 if min(opener.end - opener.start, run.end - run.start) > 1 else 1
            pairs.append(Pair(opener.end - size, opener.end, run.start, run.start + size))
            opener.end -= size
            run.start += size
            if opener.start == opener.end:
                openers.pop()
        if run.opens and run.start < run.end:
            openers.append(run)
    return sorted(pairs)


def _fit(opener: Run, closer: Run) -> bool:
    """Return whether the two may be a pair: one that both opens and closes fits only some lengths."""
    both = opener.closes or closer.opens
    odd = both and (opener.length + closer.length) % 3 == 0 and (opener.length % 3 != 0 or closer.length % 3 != 0)
    return opener.sign == closer.sign and not odd


def build(text: str, pairs: Sequence[Pair]) -> list[tuple[Pair, Element]]:
    """Return the outermost of `pairs` (in order) with their elements, which hold the others."""
    builder = _Builder(text)
    for each in pairs:
        builder.add(each)
    builder.close_before(len(text))
    return builder.outermost


class _Builder:
    """The elements so far, and those that are open, with the text up to `position`.

    Delimiters that are in no pair are escaped inside an element: the library would look at them again.
    """

    def __init__(self, text: str) -> None:
        self.text, self.position = text, 0
        self.outermost: list[tuple[Pair, Element]] = []
        self.open: list[tuple[Pair, Element]] = []

    def add(self, pair: Pair) -> None:
        """Open the element of the next pair, unless it is too deep."""
        self.close_before(pair.start)
        if len(self.open) == MAX_DEPTH:
            return
        self._add_text(pair.start)
        element = Element(pair.tag)
        if self.open:
            self.open[-1][1].append(element)
        else:
            self.outermost.append((pair, element))
        self.open.append((pair, element))
        self.position = pair.inner

    def close_before(self, limit: int) -> None:
        """Close the elements that end at `limit` or before it."""
        while self.open and self.open[-1][0].end <= limit:
            self._add_text(self.open[-1][0].inner_end)
            self.position = self.open.pop()[0].end

    def _add_text(self, end: int) -> None:
        piece = self.text[self.position : end].translate(ESCAPES)
        if self.open and piece:
            parent = self.open[-1][1]
            if len(parent):
                parent[-1].tail = piece
            else:
                parent.text = piece
        self.position = end
