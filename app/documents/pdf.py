"""Set a document as a PDF: A4, tagged, PDF/UA-1 (ISO 14289-1), which typst enforces when it compiles.

The texts reach typst as JSON, which it never reads as markup. Faces are those inside its wheel, so that a document
looks the same on every machine; a character that none of them has would be refused, and is shown as a white square.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

import typst

from app.documents.blocks import Block, Chart, DataTable, Document, RichText
from app.documents.numbers import AT_LEAST, cell_text, percent, value_text
from app.documents.rich_text import Element, read_safe_html

Json = dict[str, object]

TEMPLATE = Path(__file__).with_name("document.typ")
UNDRAWN = "\N{WHITE SQUARE}"
LONG_WORD = re.compile(r"\S{1000}")  # typst sets none of 64 kB
SURELY_DRAWN = re.compile(r"[\t\n -~\u00a0-\u017f‐-‒–—‘-”•…\u202f€≥]*")


def to_pdf(document: Document, moment: datetime) -> bytes:
    """Return the document as a PDF that says it was made at `moment`. Twice the same document gives the same bytes."""
    return _compile(_drawable(_as_json(document)), moment)


def to_png(document: Document, moment: datetime, ppi: float = 96) -> list[bytes]:
    """Return each page as an image, to look at."""
    pages = typst.compile(
        TEMPLATE,
        format="png",
        ppi=ppi,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_drawable(_as_json(document)))},
        timestamp=int(moment.timestamp()),
    )
    return pages if isinstance(pages, list) else [pages]


def _compile(document: object, moment: datetime) -> bytes:
    return typst.compile(
        TEMPLATE,
        format="pdf",
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(document)},
        pdf_standards=["ua-1"],
        timestamp=int(moment.timestamp()),
    )


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


# --- Blocks as JSON, each with its kind ------------------------------------------------------------------------------


def _as_json(document: Document) -> Json:
    blocks = [_block(block, document.locale) for block in document.blocks]
    return {**asdict(document), "blocks": blocks}


def _block(block: Block, locale: str) -> Json:
    kind = type(block).__name__
    write = cast("Callable[[Block, str], Json]", WRITERS.get(type(block), lambda each, _locale: asdict(each)))
    return {**write(block, locale), "kind": kind}


def _rich_text(block: RichText, locale: str) -> Json:
    return {"body": _element(read_safe_html(block.html)), "locale": block.locale or locale}


def _element(element: Element) -> Json:
    children = [child if isinstance(child, str) else _element(child) for child in element.children]
    return {"tag": element.tag, "href": element.href, "start": element.start, "children": children}


def _table(block: DataTable, locale: str) -> Json:
    rows = [[cell_text(cell, locale) for cell in row] for row in block.rows]
    return {**asdict(block), "rows": rows}


def _chart(block: Chart, locale: str) -> Json:
    positions = range(len(block.labels))
    return {
        **asdict(block),
        "chart": block.kind,
        "top": block.top,
        "shown": [[value_text(block, series, at, locale) for at in positions] for series in block.series],
        "at_least": AT_LEAST.strip(),
        "ticks": [percent(tick / 100, locale) for tick in range(0, 101, 20)],
    }


WRITERS: Mapping[type, object] = {RichText: _rich_text, DataTable: _table, Chart: _chart}


# --- What no face has ------------------------------------------------------------------------------------------------


def _drawable(value: object) -> object:
    """Return the JSON value with a white square for each run of characters that cannot be drawn."""
    if isinstance(value, str):
        drawn = value if SURELY_DRAWN.fullmatch(value) else _draw_what_can_be(value)
        return LONG_WORD.sub("\\g<0>\N{ZERO WIDTH SPACE}", drawn)
    if isinstance(value, dict):
        return {key: _drawable(each) for key, each in value.items()}
    return [_drawable(each) for each in value] if isinstance(value, list | tuple) else value


def _draw_what_can_be(text: str) -> str:
    marked = "".join(char if SURELY_DRAWN.fullmatch(char) or _is_drawn(char) else "\0" for char in text)
    return re.sub("\0+", UNDRAWN, marked)


@lru_cache(maxsize=4096)
def _is_drawn(char: str) -> bool:
    """Return whether one of the faces has `char`, by setting it: there is no other way to ask."""
    try:
        typst.compile(
            b'#set document(title: "x")\n#sys.inputs.char',
            format="pdf",
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"char": char},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError:
        return False
    return True
