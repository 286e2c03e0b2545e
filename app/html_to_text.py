"""The safe HTML of a bulletin → the same content as plain text, for the text part of letters. Values in, values out."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import count
from xml.etree.ElementTree import Element, TreeBuilder

VOID = {"br", "hr"}
LISTS = {"ul", "ol"}
BLOCKS = {"p", "pre", "ul", "ol", "blockquote", "hr"}


def html_to_text(html: str) -> str:
    """Return the text of sanitised `html`: "- " before items, "label (URL)" for links, "> " before quotations."""
    parser = _TreeParser()
    parser.feed(html)
    parser.close()
    parser.builder.end("body")
    return "\n".join(line.rstrip() for line in _lines(parser.builder.close()))


class _TreeParser(HTMLParser):
    """Builds an element tree, below a `body`, from the HTML that it is fed."""

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


def _lines(parent: Element) -> list[str]:
    """Return the lines of `parent`'s content: a blank line between blocks, the text before the first block as it is."""
    lines = _inline_lines(parent, stop_at_blocks=True)
    for block in parent:
        if block.tag not in BLOCKS:
            continue
        # a list inside an item follows the text of the item without a blank line
        tight = parent.tag == "li" and block.tag in LISTS
        lines += ([] if tight or not lines else [""]) + _block_lines(block)
    return lines


def _block_lines(block: Element) -> list[str]:
    match block.tag:
        case "hr":
            return ["---"]
        case "pre":
            return "".join(block.itertext()).strip("\n").split("\n")
        case "blockquote":
            return [f"> {line}" for line in _lines(block)]
        case "ul" | "ol":
            return list(_item_lines(block))
        case _:
            return _inline_lines(block)


def _item_lines(block: Element) -> Iterator[str]:
    numbers = count(int(block.get("start", "1")))
    for item in block:
        marker = "- " if block.tag == "ul" else f"{next(numbers)}. "
        lines = _lines(item) or [""]
        yield marker + lines[0]
        yield from (" " * len(marker) + line for line in lines[1:])


def _inline_lines(element: Element, *, stop_at_blocks: bool = False) -> list[str]:
    """Return the text of `element` in lines; with `stop_at_blocks`, only what comes before its first block."""
    text = "".join(_inline_pieces(element, stop_at_blocks=stop_at_blocks)).strip()
    return [line.strip() for line in text.split("\n")] if text else []


def _inline_pieces(element: Element, *, stop_at_blocks: bool = False) -> Iterator[str]:
    """Yield the text of `element`. A line break in the source is not shown: those that count are `br` elements."""
    yield (element.text or "").replace("\n", "")
    for child in element:
        if stop_at_blocks and child.tag in BLOCKS:
            return
        if child.tag == "br":
            yield "\n"
        else:
            text = "".join(_inline_pieces(child))
            url = child.get("href", "").removeprefix("mailto:")
            yield f"{text} ({url})" if child.tag == "a" and url not in {"", text} else text
        yield (child.tail or "").replace("\n", "")
