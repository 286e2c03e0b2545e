"""A document as a JSON value, and back: what was published is stored so, and shown as it was. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from app.documents.blocks import (
    Block,
    Bullets,
    Chart,
    ChartKind,
    ChartSeries,
    Colour,
    DataTable,
    Document,
    Heading,
    KeyFigure,
    Paragraph,
    ParagraphStyle,
    Pattern,
    RichText,
    Squares,
)

Json = Mapping[str, Any]


def to_stored(document: Document) -> dict[str, object]:
    """Return the document as plain JSON."""
    blocks = [{"block": type(block).__name__, **asdict(block)} for block in document.blocks]
    return {**asdict(document), "blocks": blocks}


def from_stored(value: Json) -> Document:
    """Return the document that `to_stored` made `value` of, also once that has been through JSON."""
    return Document(**{**value, "blocks": tuple(_block(each) for each in value["blocks"])})


def _block(value: Json) -> Block:
    fields = {name: each for name, each in value.items() if name != "block"}
    return READERS[value["block"]](fields)


def _paragraph(value: Json) -> Paragraph:
    return Paragraph(value["text"], ParagraphStyle(value["style"]))


def _key_figure(value: Json) -> KeyFigure:
    squares = value["squares"]
    return KeyFigure(**{**value, "squares": Squares(**squares) if squares else None})


def _table(value: Json) -> DataTable:
    rows = tuple(tuple(row) for row in value["rows"])
    return DataTable(value["caption"], tuple(value["columns"]), rows, tuple(value["numbers"]))


def _chart(value: Json) -> Chart:
    read = {
        "kind": ChartKind(value["kind"]),
        "labels": tuple(value["labels"]),
        "series": tuple(_series(each) for each in value["series"]),
        "table": _table(value["table"]) if value["table"] else None,
    }
    return Chart(**{**value, **read})


def _series(value: Json) -> ChartSeries:
    return ChartSeries(
        value["label"],
        tuple(value["values"]),
        Pattern(value["pattern"]),
        Colour(value["colour"]),
        tuple(value["bounds"]),
    )


READERS: Mapping[str, Callable[[Json], Block]] = {
    "Heading": lambda value: Heading(**value),
    "Paragraph": _paragraph,
    "RichText": lambda value: RichText(**value),
    "KeyFigure": _key_figure,
    "Bullets": lambda value: Bullets(tuple(value["items"])),
    "DataTable": _table,
    "Chart": _chart,
}
