"""The YAML file of a milestone's records, read into a value or into its faults, and written from one.

The format is described in `docs/records.md`. Values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Generic, TypeVar

import yaml

from app.import_files import FileFault, InvalidFileError
from app.records.milestones import parse_milestone
from app.records.record_fields import parse_count, parse_long_text, parse_record, section
from app.records.values import SurveyCounts, TeamRecord, as_document
from app.records.vocabulary import ReadingClass, SurveyPublic
from app.teams.names import slugify, team_key
from app.teams.roster.values import parse_day, parse_matched_name
from app.teams.roster.yaml_fields import Fields, compose_yaml, find_cut_texts, line_of, parse_mapping

T = TypeVar("T")
KEYS = ("promotion", "milestone", "exclusions", "heads", "records", "questionnaires")
TEXTS = {"team", "title", "text", "reason", "source"}
QUESTIONS: Mapping[str, tuple[str, ...]] = {  # the classes that are published of each
    "reading": tuple(ReadingClass),
    "beyond_expectations": ("5", "other"),
    "satisfied_results": ("4_5", "other"),
}


@dataclass(frozen=True, slots=True)
class TeamEntry(Generic[T]):
    """What a file says of the team that it calls `team`, on its line `line`."""

    team: str
    value: T
    line: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True)
class RecordsFile:
    """The records of one milestone; None for a part that the file leaves out, and so leaves as it is."""

    promotion: str | None
    milestone: str
    day: date
    records: tuple[TeamEntry[TeamRecord], ...] = ()
    exclusions: tuple[TeamEntry[str], ...] | None = None
    heads: tuple[TeamEntry[int], ...] | None = None
    surveys: Mapping[SurveyPublic, SurveyCounts] = field(default_factory=dict)
    line: int = field(default=1, compare=False)  # of the promotion's name
    day_line: int = field(default=1, compare=False)
    notices: tuple[FileFault, ...] = field(default=(), compare=False)  # to look at, though nothing is wrong


def read_records_file(data: bytes) -> RecordsFile:
    """Parse the bytes of a file; raise InvalidFileError with every fault found."""
    root = compose_yaml(data)
    if root is None:
        raise InvalidFileError(FileFault(1, 1, "the file is empty; a file of records begins with “promotion: …”"))
    parsed = parse_mapping(root, "the file", _parse)
    return replace(parsed, notices=tuple(find_cut_texts(root, data, TEXTS)))


def write_records_file(file: RecordsFile) -> str:
    """Return the text of a file that is read as `file`."""
    document = {
        "promotion": file.promotion,
        "milestone": {"key": file.milestone, "on": file.day.isoformat()},
        "exclusions": [{"team": each.team, "reason": each.value} for each in file.exclusions or ()],
        "heads": {each.team: each.value for each in file.heads or ()},
        "records": [
            {"team": each.team, "milestone": file.milestone} | _mapping(as_document(each.value))
            for each in file.records
        ],
        "questionnaires": {str(public): as_document(counts) for public, counts in file.surveys.items()},
    }
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)


def _mapping(document: object) -> dict[str, object]:
    return document if isinstance(document, dict) else {}


def _parse(fields: Fields) -> RecordsFile | None:
    fields.refuse_unknown(KEYS)
    fields.require("milestone", "records")
    milestone = section(fields, "milestone")
    key, day = _parse_milestone(milestone) if milestone else (None, None)
    records = tuple(_records(fields, key))
    exclusions = None if fields.is_empty("exclusions") else tuple(_exclusions(fields))
    heads = None if fields.is_empty("heads") else tuple(_heads(fields))
    surveys = dict(_surveys(fields))
    promotion = fields.get("promotion", slugify)
    if key is None or day is None:
        return None
    line = line_of(fields.values.get("promotion", fields.node))
    day_line = line_of(milestone.values["on"]) if milestone else line
    return RecordsFile(promotion, key, day, records, exclusions, heads, surveys, line, day_line)


def _parse_milestone(fields: Fields) -> tuple[str | None, date | None]:
    fields.refuse_unknown(("key", "on"))
    fields.require("key", "on")
    return fields.get("key", parse_milestone), fields.get("on", parse_day)


def _records(fields: Fields, key: str | None) -> Iterator[TeamEntry[TeamRecord]]:
    seen: dict[str, int] = {}
    for node in fields.entries("records"):
        entry = Fields(node, "a record", fields.faults)
        record, team = parse_record(entry), _team(entry, seen)
        other = entry.get("milestone", parse_milestone)
        if other and key and other != key:
            entry.add_fault(
                entry.values["milestone"], f"this file is of “{key}”; put the records of “{other}” in another"
            )
        if team:
            yield TeamEntry(team, record, line_of(node))


def _exclusions(fields: Fields) -> Iterator[TeamEntry[str]]:
    seen: dict[str, int] = {}
    for node in fields.entries("exclusions"):
        entry = Fields(node, "an exclusion", fields.faults)
        entry.refuse_unknown(("team", "reason"))
        entry.require("reason")
        team, reason = _team(entry, seen), entry.get("reason", parse_long_text)
        if team and reason:
            yield TeamEntry(team, reason, line_of(node))


def _heads(fields: Fields) -> Iterator[TeamEntry[int]]:
    heads = section(fields, "heads")
    if heads is None:
        return
    seen: dict[str, int] = {}
    for name, node in heads.keys.items():
        team = heads.parse_scalar(node, parse_matched_name)
        heads.require(name)
        count = heads.get(name, parse_count)
        if team and count is not None and _is_first(heads, node, team, seen):
            yield TeamEntry(team, count, line_of(node))


def _surveys(fields: Fields) -> Iterator[tuple[SurveyPublic, SurveyCounts]]:
    publics = section(fields, "questionnaires")
    if publics is None:
        return
    publics.refuse_unknown(tuple(SurveyPublic))
    for public in SurveyPublic:
        survey = section(publics, public)
        counts = _parse_survey(survey) if survey else None
        if counts:
            yield public, counts


def _parse_survey(fields: Fields) -> SurveyCounts | None:
    fields.refuse_unknown(("asked", "answered", *QUESTIONS, "source"))
    fields.require("asked", "answered")
    asked, answered = fields.get("asked", parse_count), fields.get("answered", parse_count)
    if asked is None or answered is None:
        return None
    if answered > asked:
        fields.add_fault(fields.values["answered"], f"{answered} answered, but only {asked} were asked")
    questions = {name: _parse_classes(fields, name, answered) for name in QUESTIONS}
    return SurveyCounts(asked, answered, source=fields.get("source", parse_long_text), **questions)


def _parse_classes(fields: Fields, name: str, answered: int) -> dict[str, int] | None:
    """Return the counts of a question by class, in the order of its classes; all of these are required."""
    classes = section(fields, name)
    if classes is None:
        return None
    classes.refuse_unknown(QUESTIONS[name])
    classes.require(*QUESTIONS[name])
    counts = {str(each): classes.get(each, parse_count) or 0 for each in QUESTIONS[name]}
    if sum(counts.values()) > answered:
        classes.add_fault(classes.node, f"“{name}” adds up to {sum(counts.values())}, but only {answered} answered")
    return counts


def _team(fields: Fields, seen: dict[str, int]) -> str | None:
    """Return the name under `team`, unless an entry before had it."""
    fields.require("team")
    name = fields.get("team", parse_matched_name)
    return name if name and _is_first(fields, fields.values["team"], name, seen) else None


def _is_first(fields: Fields, node: yaml.Node, name: str, seen: dict[str, int]) -> bool:
    """Return whether no entry before had the team; note it otherwise."""
    first = seen.get(team_key(name))
    if first is not None:
        fields.add_fault(node, f"“{name}” is the team of line {first} again; keep one of the two")
        return False
    seen[team_key(name)] = line_of(node)
    return True
