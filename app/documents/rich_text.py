"""Read the safe HTML of a member's text into a tree, for renderers that show no HTML. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "hr"}


@dataclass(frozen=True, slots=True)
class Element:
    """A tag that `app.markdown.to_html` makes, with what stands in it; `href` of a link, `start` of a numbered list."""

    tag: str
    children: list[Element | str] = field(default_factory=list)
    href: str = ""
    start: int = 1

    @property
    def text(self) -> str:
        """All that stands in it, without the tags."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)


def read_safe_html(html: str) -> Element:
    """Return an element `body` that holds what `html`, which `app.markdown.to_html` made, shows."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("body")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        start = values.get("start") or ""
        element = Element(tag, href=values.get("href") or "", start=int(start) if start.isdecimal() else 1)
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and len(self.open) > 1:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)
