"""The file of the earlier tool: its rows with their lines, what is wrong with the file itself, and writing it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bulletins.legacy_csv.file_format import COLUMNS, Record, read_records, write_records
from app.import_files import FileFault, InvalidFileError

HEADER = ",".join(COLUMNS)
ROW = "1,ADLER,2019-10,🙂,Priorité,Hauts,Aide,2019-03-08 14:30:00,2019-03-08 14:30:00"

cells = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=30)
texts = cells | st.lists(st.sampled_from(['"', "\\", ",", ";", "\n", "a", " "]), max_size=8).map("".join)


def records(text: str) -> list[Record]:
    return read_records(text.encode())


def priorities(text: str) -> list[str]:
    return [record.cells["priorities"] for record in records(text) if record.cells]


def refusal(data: bytes) -> FileFault:
    with pytest.raises(InvalidFileError) as refused:
        read_records(data)
    (fault,) = refused.value.faults
    return fault


def test_a_row_knows_the_line_on_which_it_begins() -> None:
    several = ROW.replace("Priorité", '"- un\n- deux\n\n- trois"')
    rows = records(f"{HEADER}\n{several}\n\n{ROW}\n{several}")
    assert [record.line for record in rows] == [2, 7, 8]


def test_nothing_of_a_text_is_cut() -> None:
    long = "é" * 1804
    assert priorities(f"{HEADER}\n{ROW.replace('Priorité', long)}") == [long]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_that_of_the_header(delimiter: str) -> None:
    text = f"{HEADER}\n{ROW}".replace(",", delimiter)
    assert priorities(text) == ["Priorité"]


def test_columns_are_known_by_their_names_whatever_their_order_and_others_are_left_aside() -> None:
    header = "month," + ",".join(reversed(COLUMNS)).upper()
    row = "mars," + ",".join(reversed(ROW.split(",")))
    assert priorities(f"{header}\r\n{row}\r\n") == ["Priorité"]


@pytest.mark.parametrize("before", ["", "sep=,\n\ufeff"])
def test_a_byte_order_mark_is_no_fault(before: str) -> None:
    assert len(read_records(f"{before}{HEADER}\n{ROW}".encode("utf-8-sig"))) == 1


def test_a_file_with_a_header_only_has_no_row() -> None:
    assert records(HEADER + "\n") == []


def test_a_row_with_another_number_of_cells_has_none() -> None:
    assert records(f"{HEADER}\n{ROW},\n{ROW[2:]}") == [Record(2, None), Record(3, None)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'"dire \"oui\" et \"non\" ici"', r"dire \"oui\" et \"non\" ici"),
        ('"dire ""oui"""', 'dire "oui"'),
        ('"C:\\"', "C:\\"),
        (r'"C:\""x"', r"C:\"x"),
    ],
)
def test_a_quote_after_a_backslash_is_read_as_php_writes_it(written: str, meant: str) -> None:
    assert priorities(f"{HEADER}\n{ROW.replace('Priorité', written)}") == [meant]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_text_that_ends_in_a_backslash_stays_in_its_cell(delimiter: str) -> None:
    text = f"C:\\a{delimiter}b\\"
    row = delimiter.join([f'"{text}"'] * len(COLUMNS))
    assert priorities(f"{delimiter.join(COLUMNS)}\n{row}\n") == [text]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(column: str) -> None:
    fault = refusal(HEADER.replace(column, "autre").encode())
    assert (fault.line, fault.column) == (1, 1)
    assert f"no column {column} (found:" in fault.message
    assert "export the bulletins again" in fault.message


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "the file is empty"),
        (b" \n\n", 1, "the file is empty"),
        (b",,,\n", 1, "the file is empty"),
        (b"sep=;\n", 1, "the file is empty"),
        (b'"",""\n', 1, "the file is empty"),
        (f"{HEADER},help\n".encode(), 1, "the column help is there twice"),
        (f"{HEADER}\n{ROW}\n{ROW.replace('Aide', chr(34) + 'Aide')}\n{ROW}".encode(), 3, "close its quotes"),
        (f"{HEADER}\n{ROW.replace('Aide', chr(34) + 'Aide' + chr(34) + 'x')}".encode(), 2, "close its quotes"),
        (f"{HEADER}\n{ROW}".encode("latin-1", "replace"), 2, "save the file as UTF-8"),
        (f"{HEADER}\n{ROW}".encode("utf-16"), 1, "save the file as UTF-8"),
        (f"{HEADER}\n{ROW}\0".encode(), 2, "NUL"),
        (b"PK\x03\x04\x14\x00\x06\x00", 1, "save the sheet as CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_line_and_remedy(data: bytes, line: int, words: str) -> None:
    fault = refusal(data)
    assert fault.line == line
    assert words in fault.message


@pytest.mark.usefixtures("csv_limit")
def test_a_cell_as_long_as_a_book_is_refused() -> None:
    fault = refusal(f"{HEADER}\n{ROW.replace('Aide', 'x' * 140_000)}".encode())
    assert fault.line == 2
    assert "field larger" in fault.message


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, texts)), max_size=4))
def test_what_is_written_reads_back(rows: list[dict[str, str]]) -> None:
    filled = [row for row in rows if any(cell.strip() for cell in row.values())]
    assert [record.cells for record in records(write_records(rows))] == filled


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "- un\n- deux", "@moi", "＝1+1", "'=1", "''=1", "'a", "\t=1", "a=1"])
def test_no_cell_that_is_written_is_a_formula_and_all_read_back(text: str) -> None:
    written = write_records([dict.fromkeys(COLUMNS, text)])
    (row,) = csv.DictReader(io.StringIO(written))
    assert {cell[0] for cell in row.values()} <= {"'", "a"}
    assert [record.cells for record in records(written)] == [dict.fromkeys(COLUMNS, text)]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', '"sep=;";;;;;;;;', "\ufeffsep=;"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_the_line_by_which_excel_knows_the_delimiter_is_no_header(line: str, line_break: str) -> None:
    rows = records(line_break.join([line, HEADER.replace(",", ";"), ROW.replace(",", ";"), ""]))
    assert [(row.line, row.cells and row.cells["help"]) for row in rows] == [(3, "Aide")]


def test_the_delimiter_may_be_any_that_this_line_names() -> None:
    assert priorities(f"sep=|\n{HEADER}\n{ROW}".replace(",", "|")) == ["Priorité"]


@pytest.mark.parametrize("blank", [",,,,,,,,", ";;;;;;;;", ",,,", " , ,\t,", '"",""', "\u00a0,,"])
def test_rows_of_empty_cells_are_none(blank: str) -> None:
    delimiter = ";" if ";" in blank else ","
    text = "\n".join([blank, HEADER, blank, ROW, blank, blank, ""]).replace(",", delimiter)
    assert [record.line for record in records(text)] == [4]


def test_the_real_export_reads_back_as_it_is_written(eig_data: Path) -> None:
    records_read = read_records((eig_data / "eig2-2018" / "bulletins.csv").read_bytes())
    rows = [record.cells for record in records_read if record.cells]
    assert len(rows) == len(records_read) == 150
    assert max(len(row["priorities"]) for row in rows) == 1804
    assert [record.cells for record in records(write_records(rows))] == rows
