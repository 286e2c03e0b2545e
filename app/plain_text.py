"""The safe HTML of a bulletin → the same content as plain text, for the text part of letters. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import count
from xml.etree.ElementTree import Element, TreeBuilder

VOID = {"br", "hr"}
LISTS = {"ul", "ol"}
BLOCKS = {"p", "pre", "ul", "ol", "blockquote", "hr"}


def plain_text(html: str) -> str:
    """The text of `html`, as the sanitiser gives it: "- " before items, "label (address)", "> " before quotations."""
    return "\n".join(line.rstrip() for line in _lines(_tree(html)))


class _TreeParser(HTMLParser):
    """Builds a tree out of what it is fed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.builder = TreeBuilder()
        self.builder.start("body", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def _tree(html: str) -> Element:
    parser = _TreeParser()
    parser.feed(html)
    parser.close()
    parser.builder.end("body")
    return parser.builder.close()


def _lines(parent: Element) -> list[str]:
    """The lines of what stands in `parent`: blocks a blank line apart, text that stands between them as it comes."""
    lines = _inline(parent, stop_at_blocks=True)
    for block in parent:
        if block.tag not in BLOCKS:
            continue
        tight = parent.tag == "li" and block.tag in LISTS
        lines += ([] if tight or not lines else [""]) + _block(block)
    return lines


def _block(block: Element) -> list[str]:
    match block.tag:
        case "hr":
            return ["---"]
        case "pre":
            return "".join(block.itertext()).strip("\n").split("\n")
        case "blockquote":
            return [f"> {line}" for line in _lines(block)]
        case "ul" | "ol":
            return list(_items(block))
        case _:
            return _inline(block)


def _items(block: Element) -> Iterator[str]:
    numbers = count(int(block.get("start", "1")))
    for item in block:
        mark = "- " if block.tag == "ul" else f"{next(numbers)}. "
        lines = _lines(item) or [""]
        yield mark + lines[0]
        yield from (" " * len(mark) + line for line in lines[1:])


def _inline(element: Element, *, stop_at_blocks: bool = False) -> list[str]:
    """The text of `element` in lines; with `stop_at_blocks`, only what stands before its first block."""
    text = "".join(_pieces(element, stop_at_blocks=stop_at_blocks)).strip()
    return [line.strip() for line in text.split("\n")] if text else []


def _pieces(element: Element, *, stop_at_blocks: bool) -> Iterator[str]:
    yield _flat(element.text)
    for child in element:
        if stop_at_blocks and child.tag in BLOCKS:
            return
        yield _piece(child)
        yield _flat(child.tail)


def _piece(element: Element) -> str:
    if element.tag == "br":
        return "\n"
    text = "".join(_pieces(element, stop_at_blocks=False))
    address = element.get("href", "").removeprefix("mailto:")
    return f"{text} ({address})" if element.tag == "a" and address not in {"", text} else text


def _flat(text: str | None) -> str:
    """Text without its line breaks: those that count are elements."""
    return (text or "").replace("\n", "")
