"""The rows of a list as spreadsheets save it: its encoding, its separator, its cells. Values in, values out."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Sequence

from app.import_files import UTF_16, is_workbook, whole_cells
from app.spreadsheets import restore_text
from app.teams.roster.list_faults import Fault, InvalidListError, ListFault
from app.text_cleaning import clean_line

MAX_BYTES = 150_000
MAX_ROWS = 2_000
HEADING_WITHIN = 10  # rows: what stands above it is a title
HEADING_LENGTH = 10_000  # characters
SEPARATORS = ";\t,"
SEPARATOR_LINE = "sep="  # which Excel writes and reads
END_OF_FILE = ["end of file"]  # a row of its own, unless a quote before it was never closed


def read_rows(data: bytes, is_heading: Callable[[str], bool]) -> list[tuple[int, list[str]]]:
    """Return the rows that hold something, each with its line in the file; `is_heading`: that of a column is known.

    Raises InvalidListError.
    """
    lines = _decode(data).splitlines()
    first = 1 if lines and lines[0].strip().lower().startswith(SEPARATOR_LINE) else 0
    lines = [f"{line}\n" for line in lines[first:]]
    rows, line = [], first  # that on which a row ends
    cells: list[str] = []
    first_lines = [line[:HEADING_LENGTH] for line in lines[:HEADING_WITHIN]]
    try:
        reader = csv.reader([*lines, *END_OF_FILE], delimiter=_separator(first_lines, is_heading))
        for cells in whole_cells(reader):
            begin, line = line + 1, reader.line_num + first
            rows.append((line, [clean_line(restore_text(cell)) for cell in cells]))
    except csv.Error:  # a cell that is as long as a book: what opens it is closed nowhere near
        raise InvalidListError([ListFault(line + 1, Fault.OPEN_QUOTE)]) from None
    if cells != END_OF_FILE:
        raise InvalidListError([ListFault(begin, Fault.OPEN_QUOTE)])
    rows = [(line, cells) for line, cells in rows[:-1] if any(cells)]
    if len(rows) > MAX_ROWS:
        raise InvalidListError([ListFault(MAX_ROWS, Fault.TOO_LARGE)])
    return rows


def _decode(data: bytes) -> str:
    if is_workbook(data):
        raise InvalidListError([ListFault(1, Fault.WORKBOOK)])
    if len(data) > MAX_BYTES:
        raise InvalidListError([ListFault(1, Fault.TOO_LARGE)])
    if data.startswith(UTF_16):
        text = data.decode("utf-16", "replace")
    else:
        body = data.removeprefix(codecs.BOM_UTF8)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            of_a_mac = b"\r" in body and b"\n" not in body
            text = body.decode("mac_roman" if of_a_mac else "cp1252", "replace")
    if "\0" in text:
        raise InvalidListError([ListFault(1, Fault.NO_TEXT)])
    return text


def _separator(lines: Sequence[str], is_heading: Callable[[str], bool]) -> str:
    """Return what is between the cells: that by which most headings are known, which a line above may not have."""

    def headings(separator: str) -> int:
        return max((sum(map(is_heading, cells)) for cells in csv.reader(lines, delimiter=separator)), default=0)

    return max(SEPARATORS, key=lambda sign: (headings(sign), sum(line.count(sign) for line in lines[:3])))
