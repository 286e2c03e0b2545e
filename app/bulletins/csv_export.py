"""The CSV file of the earlier PHP tool, read into records that know their lines, and written. Values in, values out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.import_files import FileFault, InvalidFileError, decode

COLUMNS = (
    "id",
    "project",
    "week_number",
    "spirit",
    "priorities",
    "victories",
    "help",
    "created_at",
    "updated_at",
)
MAX_BYTES = 20_000_000
DELIMITERS = ",;\t"
# PHP's fputcsv does not double a quote after a backslash; such a quote neither ends its cell nor stands before another.
PHP_QUOTE = re.compile(r'\\"(?!["\r\n,;\t]|$)')


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line on which it begins, and its cells; None when it has more or fewer cells than columns."""

    line: int
    cells: Mapping[str, str] | None


def read_records(data: bytes) -> list[Record]:
    """The rows of a file, without its header. Raises InvalidFileError when the file itself is not what it should be."""
    text = PHP_QUOTE.sub(r'\\""', decode(data, MAX_BYTES))
    if not text.strip():
        raise InvalidFileError(FileFault(1, 1, f"the file is empty; its first line should be: {','.join(COLUMNS)}"))
    rows = _rows(text)
    first, header = next(rows)
    names = [name.strip().lower() for name in header]
    _check_header(first, names)
    return [Record(line, _cells(names, row)) for line, row in rows]


def write_records(rows: Iterable[Mapping[str, str]]) -> str:
    """The text of a file with a header and `rows`, whose keys are COLUMNS."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not empty, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = f"the row that begins here is not CSV ({error}); close its quotes, and double those inside a cell"
        raise InvalidFileError(FileFault(line, 1, remedy)) from None


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def _check_header(line: int, names: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        found = ", ".join(names)
        remedy = f"no column {', '.join(missing)} (found: {found}); export the bulletins again with all their columns"
        raise InvalidFileError(FileFault(line, 1, remedy))
    double = next((name for name in COLUMNS if names.count(name) > 1), None)
    if double:
        raise InvalidFileError(FileFault(line, 1, f"the column {double} is there twice; remove one"))


def _cells(names: list[str], row: list[str]) -> Mapping[str, str] | None:
    return dict(zip(names, row, strict=True)) if len(names) == len(row) else None
