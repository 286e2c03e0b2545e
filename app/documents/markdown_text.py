"""Write a document as Markdown (CommonMark, with the tables of GitHub). Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import cast

from app.documents.blocks import (
    Block,
    Bullets,
    Chart,
    DataTable,
    Document,
    Heading,
    KeyFigure,
    Paragraph,
    ParagraphStyle,
    RichText,
)
from app.documents.numbers import cell_text
from app.documents.rich_text import Element, read_safe_html

INLINE = re.compile(r"([\\`*_\[\]<>&~|])")
LINE_START = re.compile(r"^(\s*)(?:([#+=-])|(\d{1,9})([.)]))", re.MULTILINE)
URL_UNSAFE = re.compile(r"[\s<>\\]")


def to_markdown(document: Document) -> str:
    """Return the document as Markdown; what its texts hold that looks like markup is escaped."""
    parts = [f"# {_line(document.title)}"]
    if document.subtitle:
        parts.append(f"*{_line(document.subtitle)}*")
    parts += [_block(block, document.locale) for block in document.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def escape(text: str) -> str:
    """Return `text` so that Markdown shows it as it is."""
    return LINE_START.sub(_escape_line_start, INLINE.sub(r"\\\1", text))


def _escape_line_start(found: re.Match[str]) -> str:
    space, sign, number, dot = found.groups()
    return f"{space}\\{sign}" if sign else f"{space}{number}\\{dot}"


def _line(text: str) -> str:
    return escape(" ".join(text.split(" ")).replace("\n", " "))


def _block(block: Block, locale: str) -> str:
    write = cast("Callable[[Block, str], str]", WRITERS[type(block)])
    return write(block, locale)


def _heading(block: Heading, _locale: str) -> str:
    return f"{'#' * block.level} {_line(block.text)}"


def _paragraph(block: Paragraph, _locale: str) -> str:
    text = escape(block.text)
    return f"*{text.strip()}*" if block.style is ParagraphStyle.NOTE and "\n" not in text else text


def _key_figure(block: KeyFigure, _locale: str) -> str:
    details = f"  \n*{_line(block.details)}*" if block.details else ""
    return f"**{_line(block.sentence)}**{details}"


def _bullets(block: Bullets, _locale: str) -> str:
    return "\n".join(f"- {_line(item)}" for item in block.items)


def _table(block: DataTable, locale: str) -> str:
    rule = ["---:" if number in block.numbers else "---" for number in range(len(block.columns))]
    rows = [[_line(name) for name in block.columns], rule]
    rows += [[_line(cell_text(cell, locale)) for cell in row] for row in block.rows]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([f"**{_line(block.caption)}**", "", *lines])


def _chart(block: Chart, locale: str) -> str:
    if block.table:
        return _table(block.table, locale)
    return f"**{_line(block.title)}**\n\n{escape(block.alt)}"


def _rich_text(block: RichText, _locale: str) -> str:
    return "\n\n".join(_rich_blocks(read_safe_html(block.html).children)).strip()


def _rich_blocks(nodes: Iterable[Element | str]) -> list[str]:
    """Return the text of each block among `nodes`; what stands between blocks is one more paragraph."""
    blocks: list[str] = []
    loose: list[Element | str] = []
    for node in [*nodes, None]:
        if node is not None and (isinstance(node, str) or node.tag not in RICH_BLOCKS):
            loose.append(node)
            continue
        if text := _inlines(loose).strip():
            blocks.append(text)
        loose = []
        if isinstance(node, Element):
            blocks.append(RICH_BLOCKS[node.tag](node))
    return blocks


def _rich_list(node: Element) -> str:
    lines = []
    items = [child for child in node.children if isinstance(child, Element)]
    for number, item in enumerate(items, node.start):
        marker = f"{number}. " if node.tag == "ol" else "- "
        text = (
            "\n\n".join(_rich_blocks(item.children))
            if _has_paragraphs(item)
            else "\n".join(_rich_blocks(item.children))
        )
        lines.append(marker + text.replace("\n", "\n" + " " * len(marker)))
    return "\n".join(lines)


def _has_paragraphs(item: Element) -> bool:
    return any(isinstance(child, Element) and child.tag == "p" for child in item.children)


def _quotation(node: Element) -> str:
    return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(_rich_blocks(node.children)).split("\n"))


def _code(node: Element) -> str:
    longest = max((len(run) for run in re.findall("`+", node.text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{node.text.rstrip()}\n{fence}"


def _inlines(nodes: Iterable[Element | str]) -> str:
    return "".join(escape(re.sub(r"\s*\n\s*", " ", node)) if isinstance(node, str) else _inline(node) for node in nodes)


def _inline(node: Element) -> str:
    if node.tag == "br":
        return "  \n"
    if node.tag == "code":
        return f"`` {node.text} ``" if "`" in node.text else f"`{node.text}`"
    text = _inlines(node.children)
    if node.tag == "a":
        return f"[{text}](<{URL_UNSAFE.sub('', node.href)}>)"
    return f"{MARKS.get(node.tag, '')}{text}{MARKS.get(node.tag, '')}"


MARKS = {"strong": "**", "em": "*"}
RICH_BLOCKS: Mapping[str, Callable[[Element], str]] = {
    "p": lambda node: _inlines(node.children).strip(),
    "ul": _rich_list,
    "ol": _rich_list,
    "blockquote": _quotation,
    "pre": _code,
    "hr": lambda _node: "---",
}
WRITERS = {
    Heading: _heading,
    Paragraph: _paragraph,
    RichText: _rich_text,
    KeyFigure: _key_figure,
    Bullets: _bullets,
    DataTable: _table,
    Chart: _chart,
}
