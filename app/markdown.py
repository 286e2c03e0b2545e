"""Markdown as members type it → safe HTML, plain text, a length in characters. Values in, values out.

Python-Markdown parses the text, nh3 sanitises the result: whatever is typed, no script, image, style or raw HTML comes
out. The time is bounded too: the library's own patterns for links and code spans, and some of its blocks, take seconds
on 20,000 hostile characters, so they are replaced by ones that look at each character a bounded number of times.
"""

# ruff: noqa: N802 (the library names the methods that it calls)

from __future__ import annotations

import html
import re
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import groupby
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor

from app.html_to_text import html_to_text
from app.link_labels import host_to_tell
from app.markdown_emphasis import EMPHASIS, EmphasisProcessor
from app.markdown_inline import (
    AUTOLINK,
    CODE_SPAN,
    INVISIBLE,
    LINK,
    AutolinkProcessor,
    CodeSpanProcessor,
    LinkProcessor,
)
from app.text_cleaning import normalize_line_breaks

MAX_LENGTH = 20_000  # in code points; a longer text is shown as typed
ALLOWED_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "code", "pre", "blockquote", "hr"}
ALLOWED_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
LINK_REL = "nofollow noopener noreferrer"


def to_html(text: str) -> str:
    """Return safe HTML of `text`: paragraphs, lists, quotations, code, emphasis, links; everything else as typed."""
    text = normalize_line_breaks(text).replace("\0", "")
    if not text.strip():
        return ""
    if len(text) > MAX_LENGTH:
        body = _escape_paragraphs(text)
    else:
        text = LETTER_BULLET.sub(r"\1•\t", text)
        body = Markdown(extensions=["sane_lists", "nl2br", BulletinDialect()]).convert(text)
    return nh3.clean(
        body, tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, url_schemes=ALLOWED_SCHEMES, link_rel=LINK_REL
    ).strip()


def to_text(text: str) -> str:
    """Return what `to_html` shows as plain text: "- " before items, "label (URL)" for links."""
    return html_to_text(to_html(text))


def count_code_points(text: str) -> int:
    """Count the Unicode code points of `text` as typed; a line break (CRLF or LF) is one."""
    return len(text.replace("\r\n", "\n"))


def _escape_paragraphs(text: str) -> str:
    """Return HTML that shows `text` character by character, in paragraphs."""
    paragraphs = re.split(r"\n\s*\n", html.escape(text.strip(), quote=False))
    return "\n".join("<p>{}</p>".format(paragraph.replace("\n", "<br>\n")) for paragraph in paragraphs)


# --- The dialect: no raw HTML, no image, no reference; our own links and code spans ----------------------------------

ESCAPABLE = list(string.punctuation)  # as in CommonMark, all of it
REMOVED_PATTERNS = (
    "reference",
    "image_link",
    "image_reference",
    "short_reference",
    "short_image_ref",
    "automail",
    "linebreak",
    "entity",  # the serializer leaves entities as they are; stashed, they would hide what a label shows
    "html",
)
REMOVED_BLOCKS = ("code", "setextheader", "reference")


class BulletinDialect(Extension):
    """Replaces the parts of the library that are unsafe or slow; to be used with `sane_lists` and `nl2br`."""

    def extendMarkdown(self, md: Markdown) -> None:
        md.ESCAPED_CHARS = ESCAPABLE
        md.preprocessors.deregister("html_block")
        for name in REMOVED_PATTERNS:
            md.inlinePatterns.deregister(name)
        for name in REMOVED_BLOCKS:
            md.parser.blockprocessors.deregister(name)
        md.preprocessors.register(NormalizeLines(md), "normalize_lines", 20)
        md.inlinePatterns.register(CodeSpanProcessor(CODE_SPAN, md), "backtick", 190)
        md.inlinePatterns.register(LinkProcessor(LINK, md), "link", 160)
        md.inlinePatterns.register(AutolinkProcessor(AUTOLINK, md), "autolink", 120)
        md.inlinePatterns.register(EmphasisProcessor(EMPHASIS, md), "em_strong", 60)
        md.treeprocessors.register(HeadingsToBold(md), "headings_to_bold", 15)
        # after everything else, once labels are as they are shown
        md.treeprocessors.register(HostsBesideLabels(md), "hosts_beside_labels", -1)


class HeadingsToBold(Treeprocessor):
    """Makes every heading a paragraph in bold, so that the outline of the page or e-mail around it stays in order."""

    def run(self, root: Element) -> None:
        for heading in [element for element in root.iter() if re.fullmatch(r"h[1-6]", element.tag)]:
            strong = Element("strong")
            strong.text, strong[:] = heading.text, heading[:]
            heading.tag, heading.text, heading[:] = "p", None, [strong]


class HostsBesideLabels(Treeprocessor):
    """Tells where a link leads beside a label that shows another address."""

    def run(self, root: Element) -> None:
        for link in root.iter("a"):
            label, url = html.unescape("".join(link.itertext())), html.unescape(link.get("href", ""))
            if host := host_to_tell(label, url):
                link.tail = f" ({host}){link.tail or ''}"


class NormalizeLines(Preprocessor):
    """Rewrites the lines before parsing, and stashes fenced code where no pattern looks for markup."""

    def run(self, lines: list[str]) -> list[str]:
        return LineNormalizer(self._stash_code).normalize(lines)

    def _stash_code(self, code: str) -> str:
        placeholder: str = self.md.htmlStash.store(f"<pre><code>{html.escape(code.rstrip())}\n</code></pre>")
        return placeholder


# --- Lines as people type them → the stricter ones that the library wants --------------------------------------------

MAX_LIST_DEPTH = 5
MAX_QUOTE_DEPTH = 3
INDENT = " " * 4

LEADING_INVISIBLE = re.compile(f"^[{INVISIBLE}]+")
FENCE_LINE = re.compile(r"\s*(`{3,}|~{3,})[^`]*")
RULE_LINE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*")
HEADING_LINE = re.compile(r"\s*(#{1,6})\s+(\S.*)")
QUOTE_LINE = re.compile(r"\s*>\s?(.*)")
# The bullets of Word and its like, which need no space; and the letters that are bullets in its fonts of symbols.
BULLETS = "•·◦‣⁃∙⦁●○◉■□▪▫▶►▸➢➤❖◆◇⬥❏❑\uf020-\uf0ff"
LETTER_BULLET = re.compile(r"^([ \t]*)[o§Øüvq]\t", re.MULTILINE)
ITEM_LINE = re.compile(rf"(\s*)(?:([-*+–‐‑−]|\d{{1,9}}[.)])\s+|([{BULLETS}])[\ufe0e\ufe0f]?\s*)(\S.*)")
BLOCK_MARKER = re.compile(r"^(\d{1,9}(?=[.)]\s)|(?=[#>]|[-*+]\s))(.)")
CLOSING_HASHES = re.compile(r"\s#+\s*$")


class LineType(Enum):
    """What a line is; neighbours of different types are separated by a blank line."""

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


ONE_LINE_BLOCKS = {LineType.HEADING, LineType.RULE, LineType.CODE}


@dataclass(slots=True)
class LineNormalizer:
    """Rewrites lines: a list may follow text at once, two spaces nest an item, text after a list ends it.

    `stash_code` stores the text of a fenced block and returns its placeholder. Nesting is bounded here, so that no text
    can make the library recurse without end.
    """

    stash_code: Callable[[str], str]
    quote_depth: int = 0
    indents: list[int] = field(default_factory=list)  # columns of the open items of a list, outermost first
    list_type: LineType = LineType.BULLETS

    def normalize(self, lines: Iterable[str]) -> list[str]:
        """Return the same text in the lines that the library expects."""
        normalized: list[str] = []
        previous = LineType.BLANK
        for line_type, pairs in groupby(self._typed_lines(lines), key=lambda pair: pair[0]):
            group = [line for _, line in pairs]
            if LineType.BLANK not in {previous, line_type}:
                normalized.append("")
            if line_type in ONE_LINE_BLOCKS:  # each line is a block of its own
                group = "\n\n".join(group).split("\n")
            elif line_type is LineType.QUOTE:
                group = [f"> {line}" for line in LineNormalizer(self.stash_code, self.quote_depth + 1).normalize(group)]
            normalized += group
            previous = line_type
        return normalized

    def _typed_lines(self, lines: Iterable[str]) -> Iterator[tuple[LineType, str]]:
        """Yield each rewritten line with its type; a fenced block is one line."""
        previous = LineType.BLANK
        rest = iter(lines)
        for line in (LEADING_INVISIBLE.sub("", line) for line in rest):
            if fence := FENCE_LINE.fullmatch(line):
                self.indents = []
                previous, rewritten = LineType.CODE, self.stash_code("\n".join(_take_until(fence[1], rest)))
            elif line.strip():
                previous, rewritten = self._rewrite(line, previous)
            else:
                previous, rewritten = LineType.BLANK, ""
            yield previous, rewritten

    def _rewrite(self, line: str, previous: LineType) -> tuple[LineType, str]:
        """Return the type of `line`, which is not blank, and its rewritten text; `previous` is the type before it."""
        if RULE_LINE.fullmatch(line):
            self.indents = []
            return LineType.RULE, "---"
        if item := ITEM_LINE.fullmatch(line):
            return self._rewrite_item(len(item[1]), item[2] or item[3], item[4], previous)
        if self.indents and line[0].isspace():  # an indented line goes on with the innermost item
            line_type = LineType.CONTINUED if previous is LineType.BLANK else previous
            return line_type, INDENT * len(self.indents) + escape_block_marker(line)
        self.indents = []
        if heading := HEADING_LINE.fullmatch(line):
            title = CLOSING_HASHES.sub("", heading[2]).rstrip()
            if title.endswith("#"):  # a hash that belongs to the title, as in C#
                title = f"{title[:-1]}\\#"
            return LineType.HEADING, f"{heading[1]} {title}"
        if (quote := QUOTE_LINE.fullmatch(line)) and self.quote_depth < MAX_QUOTE_DEPTH:
            return LineType.QUOTE, quote[1]
        return LineType.TEXT, escape_block_marker(line)

    def _rewrite_item(self, indent: int, marker: str, content: str, previous: LineType) -> tuple[LineType, str]:
        """Nest an item below every open item that begins at least two columns to its left."""
        outer = [column for column in self.indents if column + 2 <= indent]
        self.indents = [*outer, indent][:MAX_LIST_DEPTH]
        numbered = marker[0].isdigit()
        if not outer:
            self.list_type = LineType.NUMBERS if numbered else LineType.BULLETS
        line_type = LineType.NESTED if outer and previous is not self.list_type else self.list_type
        marker = f"{marker[:-1]}." if numbered else "-"
        return line_type, f"{INDENT * (len(self.indents) - 1)}{marker} {escape_block_marker(content)}"


def escape_block_marker(line: str) -> str:
    """Strip `line` and escape the character that would begin an item, a quotation or a heading."""
    return BLOCK_MARKER.sub(r"\1\\\2", line.strip(), count=1)


def _take_until(fence: str, rest: Iterator[str]) -> Iterator[str]:
    """Take the lines of `rest` up to the closing `fence`, which is taken too; all of them when it is missing."""
    for line in rest:
        if line.strip() == fence:
            return
        yield line
