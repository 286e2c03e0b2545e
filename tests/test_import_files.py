"""Text files from outside: what cannot be read is reported with its place and its remedy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.import_files import MOST_TOLD, FileFault, InvalidFileError, decode
from app.questionnaires.file_format import read_questionnaire
from app.records.file_format import read_records_file
from app.teams.roster.parse import parse_roster


def refusal(data: bytes) -> FileFault:
    with pytest.raises(InvalidFileError) as refused:
        decode(data, 1000)
    assert len(refused.value.faults) == 1
    return refused.value.faults[0]


@given(st.text(alphabet=st.characters(exclude_characters="\0\ufeff", codec="utf-8"), max_size=50))
def test_utf_8_is_read_with_and_without_a_byte_order_mark(text: str) -> None:
    assert decode(text.encode(), 1000) == decode(text.encode("utf-8-sig"), 1000) == text


@pytest.mark.parametrize(
    ("data", "line", "column", "words"),
    [
        ("nom: été".encode("latin-1"), 1, 6, "0xe9 is not UTF-8"),
        ("à: b\r\nnom: é ".encode() + b"\xe9", 2, 8, "0xe9 is not UTF-8"),
        ("\ufeffab".encode() + b"\xff", 1, 3, "0xff is not UTF-8"),
        ("nom: été".encode("utf-16"), 1, 1, "UTF-16"),
        ("nom: été".encode("utf-16-le"), 1, 2, "NUL"),
        (b"a\nb\nc\0d", 3, 2, "NUL"),
    ],
)
def test_another_encoding_is_refused_with_line_column_and_remedy(
    data: bytes, line: int, column: int, words: str
) -> None:
    fault = refusal(data)
    assert (fault.line, fault.column) == (line, column)
    assert words in fault.message
    assert "save the file as UTF-8" in fault.message


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert "larger than 1 kB" in refusal(b"x" * 1001).message
    assert decode(b"x" * 1000, 1000) == "x" * 1000


def test_faults_are_told_in_the_order_of_their_places() -> None:
    refused = InvalidFileError(FileFault(3, 1, "c"), FileFault(1, 7, "b"), FileFault(1, None, "a"))
    assert list(map(str, refused.faults)) == ["line 1: a", "line 1, column 7: b", "line 3, column 1: c"]


@pytest.mark.parametrize("read", [parse_roster, read_records_file, read_questionnaire])
def test_a_file_that_is_all_faults_is_told_the_first_of_them(read: Callable[[bytes], object]) -> None:
    with pytest.raises(InvalidFileError) as refused:
        read(b"".join(b"unknown_%d: 1\n" % number for number in range(1, MOST_TOLD + 1200)))
    error = refused.value
    assert [fault.line for fault in error.faults[-2:]] == [MOST_TOLD + 1198, MOST_TOLD + 1199]
    assert str(error).endswith(f"… and {len(error.faults) - MOST_TOLD:,} more")
    assert len(str(error)) < 20_000


@pytest.mark.parametrize("read", [parse_roster, read_records_file, read_questionnaire])
def test_what_a_fault_quotes_is_cut(read: Callable[[bytes], object]) -> None:
    with pytest.raises(InvalidFileError) as refused:
        read(b"x" * 900 + b": 1\n")
    assert max(len(fault.message) for fault in refused.value.faults) < 900
    assert any("xxx…”" in fault.message for fault in refused.value.faults)


def test_only_what_there_is_more_of_is_counted() -> None:
    faults = [FileFault(line, None, "no") for line in range(1, MOST_TOLD + 2)]
    assert str(InvalidFileError(*faults[:-1])).endswith(f"line {MOST_TOLD}: no")
    assert str(InvalidFileError(*faults)).endswith(f"line {MOST_TOLD}: no; … and 1 more")
