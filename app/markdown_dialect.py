"""The Markdown of bulletins, as an extension of the library: no raw HTML, no image, and nothing quadratic.

The library's own patterns for links and code spans, and some of its blocks, take seconds on 20,000 hostile signs. Ours
look at each sign a bounded number of times.
"""

from __future__ import annotations

import html
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from app.markdown_lines import Arranger

URL = r"(?:https?://|mailto:)(?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000}"
LINK = rf"!?\[([^\[\]\n]{{0,500}})\]\(<?({URL})>?(?:[ ]+[\"']([^\"'\n]{{0,200}})[\"'])?\)"
ADDRESS = r"<(https?://[^\s<>]{1,2000})>|<mailto:([^\s<>]{1,300})>|(?<![\w/])(https?://[^\s<>\[\]\"`\\]{1,2000})"
CODE = r"(?<![\\`])(?:`([^`\n]+)`|``(?!`)((?:[^`\n]|`(?!`))+)``|```(?!`)((?:[^`\n]|`(?!``))+)```)(?!`)"
ENDS_A_SENTENCE = ".,;:!?…»'’*_~"
HEADINGS = re.compile(r"h[1-6]")

UNWANTED_PATTERNS = (
    "reference",
    "image_link",
    "image_reference",
    "short_reference",
    "short_image_ref",
    "automail",
    "linebreak",
    "html",
)
UNWANTED_BLOCKS = ("code", "setextheader", "reference")


class Dialect(Extension):
    """Takes out what is not wanted and puts in what is; to be used with `sane_lists` and `nl2br`."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the library's name)
        md.preprocessors.deregister("html_block")
        for name in UNWANTED_PATTERNS:
            md.inlinePatterns.deregister(name)
        for name in UNWANTED_BLOCKS:
            md.parser.blockprocessors.deregister(name)
        md.preprocessors.register(Lines(md), "lines", 20)
        md.inlinePatterns.register(CodeSpan(CODE, md), "backtick", 190)
        md.inlinePatterns.register(Link(LINK, md), "link", 160)
        md.inlinePatterns.register(Address(ADDRESS, md), "autolink", 120)
        md.treeprocessors.register(Headings(md), "headings", 15)


class Lines(Preprocessor):
    """Arranges the lines, and stashes fenced code where no pattern looks for signs."""

    def run(self, lines: list[str]) -> list[str]:
        return Arranger(self._stash_code).arrange(lines)

    def _stash_code(self, code: str) -> str:
        mark: str = self.md.htmlStash.store(f"<pre><code>{html.escape(code.rstrip())}\n</code></pre>")
        return mark


class Span(InlineProcessor, ABC):
    """What one pattern of ours makes of its match."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 (the library's name)
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002
    ) -> tuple[Element, int, int]:
        element, length = self.element(m)
        return element, m.start(), m.start() + length

    @abstractmethod
    def element(self, m: re.Match[str]) -> tuple[Element, int]:
        """The element for `m`, and how many signs it stands for."""


class CodeSpan(Span):
    """Text between one, two or three backticks."""

    def element(self, m: re.Match[str]) -> tuple[Element, int]:
        code = Element("code")
        code.text = AtomicString(html.escape((m[1] or m[2] or m[3]).strip(), quote=False))
        return code, len(m[0])


class Link(Span):
    """`[label](address)`; an image is a link to it under its description."""

    ANCESTOR_EXCLUDES = ("a",)

    def element(self, m: re.Match[str]) -> tuple[Element, int]:
        link = Element("a", href=self.unescape(m[2]))
        if m[3]:
            link.set("title", m[3])
        link.text = m[1].strip() or AtomicString(m[2])
        return link, len(m[0])


class Address(Span):
    """An address that stands in the text by itself, between `<>` or bare; what ends the sentence is no part of it."""

    ANCESTOR_EXCLUDES = ("a",)

    def element(self, m: re.Match[str]) -> tuple[Element, int]:
        shown = m[1] or m[2] or _without_sentence_end(m[3])
        link = Element("a", href=f"mailto:{shown}" if m[2] else shown)
        link.text = AtomicString(shown)
        return link, len(shown) if m[3] else len(m[0])


class Headings(Treeprocessor):
    """Makes every heading a paragraph in bold: those of the page and of the letter must stay in order."""

    def run(self, root: Element) -> None:
        for heading in list(_headings(root)):
            strong = Element("strong")
            strong.text, strong[:] = heading.text, heading[:]
            heading.tag, heading.text, heading[:] = "p", None, [strong]


def _headings(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if HEADINGS.fullmatch(element.tag))


def _without_sentence_end(address: str) -> str:
    address = address.rstrip(ENDS_A_SENTENCE)
    if address.endswith(")") and "(" not in address:
        address = address[:-1].rstrip(ENDS_A_SENTENCE)
    return address
