"""Markdown as members type it → safe HTML, plain text, a count of its signs. Values in, values out.

Python-Markdown reads the text, nh3 lets through what is harmless: whatever is typed, no script, image, style or raw
HTML comes out, and the time it takes is bounded.
"""

from __future__ import annotations

import html
import re

import nh3
from markdown import Markdown

from app.markdown_dialect import Dialect
from app.plain_text import plain_text

MAX_LENGTH = 20_000  # in code points; a longer text is shown as typed
TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "code", "pre", "blockquote", "hr"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}
LINK_REL = "nofollow noopener noreferrer"


def to_html(text: str) -> str:
    """Safe HTML of `text`: paragraphs, lists, quotations, code, emphasis, links; everything else as typed."""
    text = _with_plain_line_breaks(text)
    if not text.strip():
        return ""
    body = as_typed(text) if len(text) > MAX_LENGTH else _markdown(text)
    return nh3.clean(body, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=LINK_REL).strip()


def to_text(text: str) -> str:
    """What `to_html` shows, as plain text: "- " before items, "label (address)" for links."""
    return plain_text(to_html(text))


def code_points(text: str) -> int:
    """How long `text` is as typed: Unicode code points, a line break (CRLF or LF) being one."""
    return len(text.replace("\r\n", "\n"))


def as_typed(text: str) -> str:
    """HTML that shows `text` sign by sign, in paragraphs."""
    paragraphs = re.split(r"\n\s*\n", html.escape(text.strip(), quote=False))
    return "\n".join("<p>{}</p>".format(paragraph.replace("\n", "<br>\n")) for paragraph in paragraphs)


def _markdown(text: str) -> str:
    return Markdown(extensions=["sane_lists", "nl2br", Dialect()]).convert(text)


def _with_plain_line_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
