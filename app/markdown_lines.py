"""Markdown as people type it → the stricter lines that the Markdown library wants. Values in, values out.

A list may follow a line of text at once, two spaces nest an item, a line of text after a list is no part of it. Nesting
is bounded here, so that no text can make the library recurse without end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import groupby

MAX_LIST_DEPTH = 5
MAX_QUOTE_DEPTH = 3
INDENT = " " * 4

FENCE_LINE = re.compile(r"\s*(`{3,}|~{3,})[^`]*")
RULE_LINE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
HEADING_LINE = re.compile(r"\s*(#{1,6})\s+(\S.*)")
QUOTE_LINE = re.compile(r"\s*>\s?(.*)")
ITEM_LINE = re.compile(r"(\s*)([-*+•–]|\d{1,9}[.)])\s+(\S.*)")
LEADING_SIGN = re.compile(r"^(\d{1,9}(?=[.)]\s)|(?=[#>]|[-*+]\s))(.)")
CLOSING_SIGNS = re.compile(r"\s#+\s*$")


class Kind(Enum):
    """What a line is; neighbours of different kinds are kept apart by a blank line."""

    BLANK = auto()
    TEXT = auto()
    BULLETS = auto()
    NUMBERS = auto()
    NESTED = auto()  # items below another, after a blank line
    CONTINUED = auto()  # a paragraph of an item, after a blank line
    QUOTE = auto()
    HEADING = auto()
    RULE = auto()
    CODE = auto()


STANDS_ALONE = {Kind.HEADING, Kind.RULE, Kind.CODE}


@dataclass(slots=True)
class Arranger:
    """Rewrites lines; `stash_code` keeps the text of a fenced block and gives the mark to put in its place."""

    stash_code: Callable[[str], str]
    depth: int = 0
    indents: list[int] = field(default_factory=list)  # of the open items of a list, outermost first
    list_kind: Kind = Kind.BULLETS

    def arrange(self, lines: Iterable[str]) -> list[str]:
        """The same text in the library's terms."""
        arranged: list[str] = []
        before = Kind.BLANK
        for kind, group in groupby(self._with_kinds(lines), key=lambda pair: pair[0]):
            if Kind.BLANK not in {before, kind}:
                arranged.append("")
            arranged += self._group(kind, [line for _, line in group])
            before = kind
        return arranged

    def _group(self, kind: Kind, lines: list[str]) -> list[str]:
        if kind in STANDS_ALONE:
            return [spaced for line in lines for spaced in (line, "")][:-1]
        if kind is Kind.QUOTE:
            return [f"> {line}" for line in Arranger(self.stash_code, self.depth + 1).arrange(lines)]
        return lines

    def _with_kinds(self, lines: Iterable[str]) -> Iterator[tuple[Kind, str]]:
        last = Kind.BLANK
        rest = iter(lines)
        for line in rest:
            if fence := FENCE_LINE.fullmatch(line):
                self.indents = []
                last, arranged = Kind.CODE, self.stash_code("\n".join(_until(fence[1], rest)))
            else:
                last, arranged = self._line(line, last) if line.strip() else (Kind.BLANK, "")
            yield last, arranged

    def _line(self, line: str, last: Kind) -> tuple[Kind, str]:
        if RULE_LINE.fullmatch(line):
            self.indents = []
            return Kind.RULE, "---"
        if item := ITEM_LINE.fullmatch(line):
            return self._item(len(item[1]), item[2], item[3], last)
        if self.indents and line[0].isspace():
            kind = Kind.CONTINUED if last is Kind.BLANK else last
            return kind, INDENT * len(self.indents) + literal(line)
        self.indents = []
        return self._outside_lists(line)

    def _item(self, indent: int, marker: str, content: str, last: Kind) -> tuple[Kind, str]:
        """An item of a list: below every open item that stands at least two columns to its left."""
        outer = [column for column in self.indents if column + 2 <= indent]
        self.indents = [*outer, indent][:MAX_LIST_DEPTH]
        numbered = marker[0].isdigit()
        if not outer:
            self.list_kind = Kind.NUMBERS if numbered else Kind.BULLETS
        mark = f"{marker[:-1]}." if numbered else "-"
        kind = Kind.NESTED if outer and last is not self.list_kind else self.list_kind
        return kind, f"{INDENT * (len(self.indents) - 1)}{mark} {literal(content)}"

    def _outside_lists(self, line: str) -> tuple[Kind, str]:
        if heading := HEADING_LINE.fullmatch(line):
            return Kind.HEADING, f"{heading[1]} {_heading(heading[2])}"
        if (quote := QUOTE_LINE.fullmatch(line)) and self.depth < MAX_QUOTE_DEPTH:
            return Kind.QUOTE, quote[1]
        return Kind.TEXT, literal(line)


def literal(line: str) -> str:
    """`line` without the space around it, the sign escaped that would begin an item, a quote or a heading."""
    return LEADING_SIGN.sub(r"\1\\\2", line.strip(), count=1)


def _until(fence: str, rest: Iterator[str]) -> Iterator[str]:
    """The lines of `rest` up to the closing `fence`, which is taken too; all of them when it is missing."""
    for line in rest:
        if line.strip() == fence:
            return
        yield line


def _heading(text: str) -> str:
    """The text of a heading without the signs that close it; one that belongs to it (`C#`) stays."""
    text = CLOSING_SIGNS.sub("", text).rstrip()
    return f"{text[:-1]}\\#" if text.endswith("#") else text
