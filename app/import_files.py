"""Decoding of imported text files; a fault has a line, a column and a remedy. Values in, values out."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # what .xlsx and .ods begin with (ZIP), and .xls (OLE)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MAX_CELL = 131_072  # characters in a cell of a CSV file
LONGEST_VALUE = 400  # characters of the file that a fault quotes; the words that are known somewhere are fewer
MOST_TOLD = 50  # faults of one file: who mends these is told the next ones


class FaultText(str):
    """What is wrong with a file, in English; a page says it in the language of its reader, by `msgid` and `values`.

    Among the values there may be other ones; a long one is cut.
    """

    __slots__ = ("msgid", "values")
    msgid: str
    values: dict[str, object]

    def __new__(cls, msgid: str, /, **values: object) -> Self:
        values = {name: _cut(value) for name, value in values.items()}
        text = super().__new__(cls, msgid % values)
        text.msgid, text.values = msgid, values
        return text


def _cut(value: object) -> object:
    if isinstance(value, FaultText) or not isinstance(value, str) or len(value) <= LONGEST_VALUE:
        return value
    return f"{value[: LONGEST_VALUE - 1]}…"


def fault_text(msgid: str, /, **values: object) -> FaultText:
    """Return such a text. To be called as `_t`, by which Babel finds it."""
    return FaultText(msgid, **values)


_t = fault_text
SAVE_AS_UTF_8 = _t("save the file as UTF-8 (in the editor: “Save as…”, encoding UTF-8) and try again")


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """A fault at one place of a file. Lines and columns count from 1, columns in characters."""

    line: int
    column: int | None
    message: str

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.message}"


class InvalidFileError(Exception):
    """Nothing of the file can be imported; `faults` says why, in the order of its lines."""

    def __init__(self, *faults: FileFault) -> None:
        self.faults = sorted(faults, key=lambda fault: (fault.line, fault.column or 0))
        super().__init__("; ".join(told_faults(self.faults)))


def told_faults(faults: Sequence[FileFault]) -> list[str]:
    """Return a line for each of the first MOST_TOLD, and one that counts the others, if any."""
    more = len(faults) - MOST_TOLD
    return [*map(str, faults[:MOST_TOLD]), *([f"… and {more:,} more"] if more > 0 else [])]


def is_workbook(data: bytes) -> bool:
    """Return whether this is the file of a spreadsheet (.xlsx, .ods, .xls), or another archive: no text at all."""
    return data.startswith(WORKBOOKS)


def whole_cells(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the `rows` that csv reads. Raises csv.Error at a cell over MAX_CELL, as csv does itself at a limit of the
    whole process, which any library may move.
    """
    for row in rows:
        if any(len(cell) > MAX_CELL for cell in row):
            raise csv.Error(f"field larger than {MAX_CELL} characters")
        yield row


def decode(data: bytes, max_bytes: int) -> str:
    """Decode `data`, UTF-8 with or without a byte-order mark. Raises InvalidFileError with the first fault."""
    if len(data) > max_bytes:
        raise InvalidFileError(
            FileFault(1, 1, _t("larger than %(most)d kB; this is not the file that was meant", most=max_bytes // 1000))
        )
    if is_workbook(data):
        raise InvalidFileError(FileFault(1, 1, _t("a workbook, not a text file; save the sheet as CSV and try again")))
    if data.startswith(UTF_16):
        raise InvalidFileError(FileFault(1, 1, _t("UTF-16 text; %(remedy)s", remedy=SAVE_AS_UTF_8)))
    body = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in body:
        problem = _t("a NUL character: not a text file, or UTF-16")
        raise InvalidFileError(_fault_at(body, body.index(b"\0"), problem))
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        problem = _t("byte %(byte)s is not UTF-8", byte=f"{body[error.start]:#04x}")
        raise InvalidFileError(_fault_at(body, error.start, problem)) from None


def _fault_at(body: bytes, offset: int, problem: FaultText) -> FileFault:
    """Return the fault of the byte at `offset`; its column counts the characters before it on its line."""
    before = body[:offset]
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    message = _t("%(problem)s; %(remedy)s", problem=problem, remedy=SAVE_AS_UTF_8)
    return FileFault(before.count(b"\n") + 1, column, message)
