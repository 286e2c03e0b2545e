"""Decoding of imported text files; a fault has a line, a column and a remedy. Values in, values out."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
SAVE_AS_UTF_8 = "save the file as UTF-8 (in the editor: “Save as…”, encoding UTF-8) and try again"


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
        super().__init__("; ".join(map(str, self.faults)))


def decode(data: bytes, max_bytes: int) -> str:
    """Decode `data`, UTF-8 with or without a byte-order mark. Raises InvalidFileError with the first fault."""
    if len(data) > max_bytes:
        raise InvalidFileError(
            FileFault(1, 1, f"larger than {max_bytes // 1000} kB; this is not the file that was meant")
        )
    if data.startswith(UTF_16):
        raise InvalidFileError(FileFault(1, 1, f"UTF-16 text; {SAVE_AS_UTF_8}"))
    body = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in body:
        raise InvalidFileError(_fault_at(body, body.index(b"\0"), "a NUL character: not a text file, or UTF-16"))
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidFileError(_fault_at(body, error.start, f"byte {body[error.start]:#04x} is not UTF-8")) from None


def _fault_at(body: bytes, offset: int, problem: str) -> FileFault:
    """Return the fault of the byte at `offset`; its column counts the characters before it on its line."""
    before = body[:offset]
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return FileFault(before.count(b"\n") + 1, column, f"{problem}; {SAVE_AS_UTF_8}")
