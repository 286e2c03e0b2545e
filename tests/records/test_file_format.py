"""The file of a milestone's records: what is written is read back; each fault has its line and its remedy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.import_files import InvalidFileError
from app.records.file_format import RecordsFile, TeamEntry, read_records_file, write_records_file
from app.records.milestones import milestone_order, parse_milestone
from app.records.values import Opening, as_document, record_from_document
from app.records.vocabulary import OpeningKind, OpeningStatus, SurveyPublic
from app.teams.names import team_key
from tests.records.strategies import counts, names, records, surveys, texts

FILE = """\
promotion: promotion-3
milestone:
  key: end
  'on': '2019-11-15'
records:
- team: ADLER
  milestone: end
  state: planned
  planned_on: 2020-03
  openings:
  - {kind: source_code, status: open, url: https://example.org/adler}
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(InvalidFileError) as refusal:
        read_records_file(text.encode())
    return [str(fault) for fault in refusal.value.faults]


@st.composite
def files(draw: st.DrawFn) -> RecordsFile:
    teams = draw(st.lists(names, unique_by=team_key, max_size=4))

    def entries(values: st.SearchStrategy[Any]) -> tuple[TeamEntry[Any], ...]:
        return tuple(TeamEntry(team, draw(values)) for team in teams if draw(st.booleans()))

    return RecordsFile(
        promotion="promotion-3",
        milestone=draw(st.sampled_from(["mid", "end", "after-1", "after-16", "after-999"])),
        day=draw(st.dates(date(1900, 1, 1), date(2199, 12, 31))),
        records=entries(records),
        exclusions=entries(texts),
        heads=entries(counts),
        surveys={public: draw(surveys()) for public in SurveyPublic if draw(st.booleans())},
    )


@given(files())
def test_what_is_written_is_read_back(file: RecordsFile) -> None:
    assert read_records_file(write_records_file(file).encode()) == file


@given(records)
def test_a_stored_record_is_the_record(record: Any) -> None:
    document: Any = as_document(record)
    assert record_from_document(document) == record


def test_what_is_left_out_is_unknown_and_an_empty_list_is_not() -> None:
    record = read_records_file(f"{FILE}  events: []\n  side_projects:\n".encode()).records[0].value
    assert record.openings == (Opening(OpeningKind.SOURCE_CODE, OpeningStatus.OPEN, url="https://example.org/adler"),)
    assert (record.events, record.side_projects, record.people) == ((), None, None)


def test_parts_that_the_file_leaves_out_are_none() -> None:
    file = read_records_file(FILE.encode())
    assert (file.exclusions, file.heads, file.surveys) == (None, None, {})
    assert read_records_file(f"{FILE}heads: {{}}\nexclusions: []\n".encode()).heads == ()


def test_text_that_yaml_cuts_is_told() -> None:
    file = read_records_file(f"{FILE}  side_projects:\n  - title: Moteur #2\n".encode())
    assert [str(each) for each in file.notices] == [
        "line 13, column 19: YAML leaves “#2” out; if it belongs to the text, put the whole text in quotes"
    ]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("  'on'", "  on", "line 4, column 3: YAML reads the key “on” as no text; put it in quotes: 'on'"),
        ("  state", "  yes", "line 8, column 3: YAML reads the key “yes” as no text"),
        ("  state", "  5", "line 8, column 3: YAML reads the key “5” as no text"),
        ("state", "stat", "line 8, column 3: unknown key “stat”; did you mean “state”?"),
        ("planned\n", "plannd\n", "line 8, column 10: unknown word “plannd”; did you mean “planned”?"),
        ("2020-03", "0001-03", "line 9, column 15: “0001-03” is not a month such as 2020-03"),
        ("2020-03", "2020-13", "“2020-13” is not a month"),
        ("'2019-11-15'", "'0001-01-01'", "line 4, column 9: “0001-01-01” is not a day such as 2019-01-14"),
        ("key: end", "key: after-0", "line 3, column 8: “after-0” is no milestone; known: mid, end, and after-N"),
        ("milestone: end", "milestone: mid", "line 7, column 14: this file is of “end”"),
        ("source_code", "code", "line 11, column 12: unknown word “code”; "),
        ("https://example.org/adler", "javascript:alert(1)", "is not an address such as https://"),
        ("https://example.org/adler", "https://x.example/" + "a" * 50_000, "longer than 2000 characters (50018)"),
        ("- team: ADLER", "- team:", "line 6, column 3: “team” is empty"),
        ("records:", "records: []\nrecords:", "“records” is here a second time"),
        ("  key: end\n", "", "line 3, column 3: “milestone” has no “key”"),
    ],
)
def test_a_fault_has_its_line_and_its_remedy(before: str, after: str, fault: str) -> None:
    assert FILE.count(before) == 1
    found = faults_of(FILE.replace(before, after))
    assert len(found) == 1
    assert fault in found[0]


INDICATOR = "{name: Délai, type: impact, unit: jours, direction: down, baseline: 20, baseline_on: 2019-01-14"


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ("- team: Adler\n", "line 12, column 9: “Adler” is the team of line 6 again; keep one of the two"),
        (
            "  people: {host_employee: -1}\n",
            "“-1” is not a number from 0 to 9999; leave the key out where it is unknown",
        ),
        ("  people: {host_employee: 1.5}\n", "“1.5” is not a number"),
        ("  people: {host_employe: 1}\n", "did you mean “host_employee”?"),
        ("  people: 3\n", "“people” is written as “key: value” lines"),
        ("  new_approaches: some\n", "“some” is neither true nor false"),
        ("  events: training\n", "“events” is a list, one “- ” line an entry"),
        ("  events: [{count: 2}]\n", "an event has no “kind”"),
        ("  indicators: [{name: Délai}]\n", "an indicator has no “type”"),
        (f"  indicators: [{INDICATOR}, target: 30}}]\n", "the target lies behind the baseline"),
        (f"  indicators: [{INDICATOR}, value: douze}}]\n", "“douze” is not a number such as 12 or 12.5"),
        (
            f"  indicators: [{INDICATOR.replace(', baseline: 20', '')}}}]\n",
            "“baseline” and “baseline_on” belong together",
        ),
        (f"  indicators: [{', '.join([INDICATOR + '}'] * 13)}]\n", "“indicators” has more than 12 entries"),
        (f"  side_projects: [{', '.join(['x'] * 501)}]\n", "“side_projects” has more than 50 entries"),
        (f"  side_projects: [{'x' * 50_000}]\n", "longer than 200 characters"),
        ("heads: {Adler: 2, ADLER: 3}\n", "“ADLER” is the team of line 12 again"),
        ("heads: {Adler: many}\n", "“many” is not a number"),
        ("exclusions: [{team: Adler}]\n", "an exclusion has no “reason”"),
        ("questionnaires: {eig: {asked: 3, answered: 4}}\n", "4 answered, but only 3 were asked"),
        ("questionnaires: {eig: {asked: 3}}\n", "“eig” has no “answered”"),
        ("questionnaires: {eig: {asked: 9, answered: 4, reading: {monthly: 4}}}\n", "unknown key “monthly”"),
        (
            "questionnaires: {eig: {asked: 9, answered: 4, beyond_expectations: {'5': 4, other: 1}}}\n",
            "“beyond_expectations” adds up to 5, but only 4 answered",
        ),
        (
            "questionnaires: {eig: {asked: 9, answered: 4, satisfied_results: {4_5: 4, other: 0}}}\n",
            "YAML reads the key “4_5” as no text; put it in quotes: '4_5'",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(more: str, fault: str) -> None:
    found = faults_of(FILE + more)
    assert any(fault in each for each in found), found


def test_all_faults_are_told_at_once() -> None:
    text = FILE.replace("planned\n", "plannd\n").replace("open,", "opened,") + "  posts_created: x\n"
    assert len(faults_of(text)) == 3


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "- a list\n", "records: 3\n", "milestone: end\n", "promotion: \xff"]
)
def test_what_is_no_file_of_records_is_refused(text: str) -> None:
    with pytest.raises(InvalidFileError):
        read_records_file(text.encode("latin-1"))


def test_milestones_follow_each_other() -> None:
    keys = ["after-16", "end", "after-6", "mid"]
    assert sorted(keys, key=milestone_order) == ["mid", "end", "after-6", "after-16"]
    for wrong in ("", "after", "after-", "after-6.5", "after--1", "END", "after-06", "after-1000", "after-٣"):
        with pytest.raises(ValueError, match="no milestone"):
            parse_milestone(wrong)
