"""Code spans, links and URLs inside the lines of Markdown: our own processors for Python-Markdown.

Each looks at a character a bounded number of times: those of the library take seconds on 20,000 hostile characters.
An address is read as its author means it: with a backslash escape it has the character that is escaped, with a code
span the code, and nothing invisible; what follows it in the sentence is no part of it.
"""

# ruff: noqa: N802, ARG002 (the library names the methods that it calls, and their parameters)

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

from markdown.inlinepatterns import InlineProcessor
from markdown.util import ETX, STX, AtomicString

# Characters that nobody sees and that office programs leave in and around URLs: soft hyphen, zero-width space, marks of
# direction, word joiner, byte-order mark.
INVISIBLE = "\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"

URL = r"(?i:https?://|mailto:)(?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,2000}"
PLACEHOLDER = f"{STX}[^{ETX}]{{1,20}}{ETX}"  # of the library, for what it has parsed already
LINK = (
    rf"!?\[([^\[\]\n]{{0,500}})\]\([ {INVISIBLE}]{{0,9}}<?({URL}|{PLACEHOLDER})>?"
    r"(?:[ ]{1,9}[\"']([^\"'\n]{0,200})[\"'])?[ ]{0,9}\)"
)
# The third is a bare URL, up to what can be in none; `_bare_url` says where it ends before that.
AUTOLINK = (
    r"<((?i:https?)://[^\s<>]{1,2000})>|<(?i:mailto):([^\s<>]{1,300})>|"
    r"(?<![^\W_])(?<!/)((?i:https?)://(?=[^\W_])[^\s<>\"`\\“”„‟«»‹›]{1,2000})"
)
CODE_SPAN = r"(?<![\\`])(?:`([^`\n]+)`|``(?!`)((?:[^`\n]|`(?!`))+)``|```(?!`)((?:[^`\n]|`(?!``))+)```)(?!`)"

SENTENCE_END = frozenset(".,;:!?…»›”’‘'–—、。，！？（）\u200c\u200d\ufe0e\ufe0f")
MARKUP_END = frozenset("*_~")  # unless escaped
CLOSING = {")": "(", "]": "["}
OPENING = frozenset(CLOSING.values())
NO_URL = frozenset(' \t\n<>"`\\')
LONGEST_URL = 2000  # characters

TOKEN = re.compile(f"{PLACEHOLDER}|.", re.DOTALL)
ESCAPED = re.compile(rf"{STX}(\d+){ETX}")
ONLY_ESCAPED = re.compile(rf"(?:{STX}\d+{ETX})+")
SCHEMES = ("https://", "http://", "mailto:")
URL_STARTS = (*SCHEMES[:2], "](mailto:", "<mailto:")
URL_GOES_ON = re.compile(r"[\w/=&?#%+~@.-]\Z")  # the character before a code span


class TypedTextProcessor(InlineProcessor):
    """What our processors share: the text that stands for placeholders of the library."""

    def typed(self, text: str) -> str:
        """Return `text` with the characters that its placeholders stand for."""
        while (unescaped := self.unescape(text)) != text:  # an element may hold placeholders itself
            text = unescaped
        return ESCAPED.sub(lambda escaped: chr(int(escaped[1])), text)

    def url(self, text: str) -> str:
        """Return the URL that is meant by `text`."""
        return re.sub(f"[{INVISIBLE}]", "", self.typed(text))


class CodeSpanProcessor(TypedTextProcessor):
    """Text between one, two or three backticks; inside a URL it is a part of it."""

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element | str, int, int]:  # type: ignore[override]
        text = self.typed((m[1] or m[2] or m[3]).strip())
        if _continues_url(data[max(0, m.start() - LONGEST_URL) : m.start()], text):
            return "".join(f"{STX}{ord(character)}{ETX}" for character in text), m.start(), m.end()
        code = Element("code")
        code.text = AtomicString(html.escape(text, quote=False))
        return code, m.start(), m.end()


def _continues_url(before: str, code: str) -> bool:
    """Return whether the span of `code` is a part of a URL that begins `before` it."""
    word = before.rsplit("\n", maxsplit=1)[-1].rpartition(" ")[2].lower()
    begun = URL_GOES_ON.search(word) is not None and any(start in word for start in URL_STARTS)
    return begun and not NO_URL.intersection(code)


class LinkProcessor(TypedTextProcessor):
    """`[label](URL)`; an image becomes a link to it, labelled with its description."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int] | tuple[None, None, None]:
        url = self.url(m[2])
        if not url.lower().startswith(SCHEMES):  # a placeholder for something else
            return None, None, None
        link = Element("a", href=url)
        if m[3]:
            link.set("title", self.typed(m[3]))
        link.text = m[1].strip() or AtomicString(url)
        return link, m.start(), m.end()


class AutolinkProcessor(TypedTextProcessor):
    """A URL by itself, between `<>` or bare; the punctuation that ends the sentence is not part of a bare one."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        if m[3]:
            url, length = self._bare_url(m[3])
            end = m.start() + length
        else:
            url, end = self.url(m[1] or m[2]), m.end()
        link = Element("a", href=f"mailto:{url}" if m[2] else url)
        link.text = AtomicString(url)
        return link, m.start(), end

    def _bare_url(self, text: str) -> tuple[str, int]:
        """Return the URL at the beginning of `text`, and how long it is there.

        It ends before an element of the line, a bracket that closes what is open before it, or the next URL after
        something invisible; and before the punctuation of the sentence, emphasis, or an invisible character.
        """
        tokens: list[tuple[str, int, bool]] = []  # what each stands for, where it ends in `text`, whether escaped
        opened: list[str] = []
        for token in TOKEN.finditer(text):
            escaped = token[0][0] == STX
            if escaped and not ONLY_ESCAPED.fullmatch(self.unescape(token[0])):
                break
            characters = self.url(token[0])
            if NO_URL.intersection(characters) or (
                not characters and text[token.end() : token.end() + 4].lower() == "http"
            ):
                break
            if characters in CLOSING and (not opened or opened.pop() != CLOSING[characters]):
                break
            if characters in OPENING:
                if characters == "[" and "?" not in text[: token.start()]:  # a note, not a parameter of a query
                    break
                opened.append(characters)
            tokens.append((characters, token.end(), escaped))
        while _ends_before(*tokens[-1]):
            tokens.pop()
        return "".join(characters for characters, _, _ in tokens), tokens[-1][1]


def _ends_before(characters: str, _end: int, escaped: bool) -> bool:
    """Return whether a bare URL ends before this token, if nothing else of it follows."""
    return (
        not characters
        or characters in SENTENCE_END
        or characters in OPENING
        or (characters in MARKUP_END and not escaped)
    )
