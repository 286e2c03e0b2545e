"""A record as the fields of a form, and the fields of a section as part of a record.

Values in, values out. A value that is written into fields is read back the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.records.form_fields import NO, NONE, TICKED, YES, FieldFault, Problem, TypedFields, line_numbers
from app.records.indicators import (
    MOST_INDICATORS,
    Direction,
    Indicator,
    IndicatorTheme,
    IndicatorType,
    is_target_behind,
    name_key,
)
from app.records.record_fields import LONGEST_TEXT, MOST_ENTRIES
from app.records.sections import FIELDS, Section
from app.records.values import Destinations, Extension, Opening, SideProject, TeamRecord, Training
from app.records.vocabulary import (
    Carrier,
    ClosedReason,
    Continuation,
    Destination,
    Maintainer,
    OpeningKind,
    OpeningStatus,
    ToolState,
    TrainingKind,
    TrainingTheme,
)

LISTS: Mapping[str, tuple[str, ...]] = {  # the parts of one line of each, as the form has them
    "openings": ("kind", "status", "title", "url", "reason"),
    "events": ("kind", "count", *(f"themes-{theme}" for theme in TrainingTheme)),
    "side_projects": ("title", "text"),
    "indicators": (
        *("name", "type", "unit", "direction", "theme"),
        *("baseline", "baseline_on", "target", "target_on", "value"),
    ),
}
Read = Callable[[TypedFields], object]


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """What the fields of a section tell, by the field of a `TeamRecord`, and what is wrong, by the field of the form.

    With any fault, `values` are not to be saved.
    """

    values: Mapping[str, object]
    faults: Mapping[str, FieldFault]


def parse_section(section: Section, typed: Mapping[str, str], heads: int | None) -> ParsedSection:
    """Read a section as it was typed, for a team of so many EIGs; None where nobody knows how many."""
    fields = TypedFields(typed)
    values = {name: READERS[name](fields) for name in FIELDS[section]}
    if section is Section.PEOPLE and heads is not None:
        _check_people(fields, values, heads)
    return ParsedSection(values, fields.faults)


def as_fields(record: TeamRecord, section: Section) -> dict[str, str]:
    """Return the fields of a section filled in with what the record tells."""
    return {name: text for field in FIELDS[section] for name, text in _write(field, getattr(record, field))}


def add_line(typed: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the fields with an empty line more in the list `name`."""
    number = max(line_numbers(typed, name), default=-1) + 1
    return {**typed, **{f"{name}-{number}-{part}": "" for part in LISTS[name]}}


def remove_line(typed: Mapping[str, str], name: str, number: int) -> dict[str, str]:
    """Return the fields without a line of the list `name`."""
    return {each: text for each, text in typed.items() if not each.startswith(f"{name}-{number}-")}


def take_over(typed: Mapping[str, str], earlier: TeamRecord, name: str) -> dict[str, str]:
    """Return the fields with what the record of an earlier milestone tells of one field, to be looked at and saved.

    Indicators come without their value, which is another one now.
    """
    kept = {each: text for each, text in typed.items() if not belongs_to(each, name)}
    taken = dict(_write(name, getattr(earlier, name)))
    if name == "indicators":
        taken = {each: "" if each.endswith("-value") else text for each, text in taken.items()}
    return kept | taken


def belongs_to(name: str, field: str) -> bool:
    """Return whether the form's `name` is a part of the record's `field`."""
    return name == field or name.startswith(f"{field}-")


def _write(field: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the fields of the form that say `value` of a record's `field`."""
    if isinstance(value, Destinations):
        counts = {str(where): value.counts.get(where) for where in Destination}
        for where, count in {**counts, "still_on_project": value.still_on_project}.items():
            yield f"{field}-{where}", _as_text(count)
    elif isinstance(value, Extension):
        yield f"{field}-extended", _as_text(value.extended)
        yield f"{field}-cofunded_by_programme", _as_text(value.cofunded_by_programme)
    elif field in LISTS:
        yield from _write_lines(field, value)
    elif isinstance(value, tuple):
        for word in value or (NONE,):
            yield f"{field}-{word}", TICKED
    else:
        yield field, _as_text(value)


def _write_lines(field: str, lines: object) -> Iterator[tuple[str, str]]:
    if not isinstance(lines, tuple):
        yield field, ""
        return
    yield field, "" if lines else NONE
    for number, line in enumerate(lines):
        for part in LISTS[field]:
            name, _, word = part.partition("-")
            if not word:
                yield f"{field}-{number}-{part}", _as_text(getattr(line, name))
            elif word in getattr(line, name):
                yield f"{field}-{number}-{part}", TICKED


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value)


def _read_opening(fields: TypedFields, line: str) -> Opening | None:
    kind, status = fields.word(f"{line}kind", OpeningKind), fields.word(f"{line}status", OpeningStatus)
    title, url = fields.text(f"{line}title"), fields.address(f"{line}url")
    reason = fields.word(f"{line}reason", ClosedReason)
    fields.require(f"{line}kind", f"{line}status")
    return Opening(kind, status, title, url, reason) if kind and status else None


def _read_training(fields: TypedFields, line: str) -> Training | None:
    kind, count = fields.word(f"{line}kind", TrainingKind), fields.count(f"{line}count")
    themes = tuple(theme for theme in TrainingTheme if fields.raw(f"{line}themes-{theme}"))
    fields.require(f"{line}kind")
    return Training(kind, count, themes) if kind else None


def _read_side_project(fields: TypedFields, line: str) -> SideProject | None:
    title, text = fields.text(f"{line}title"), fields.text(f"{line}text", LONGEST_TEXT)
    fields.require(f"{line}title")
    return SideProject(title, text) if title else None


def _read_indicator(fields: TypedFields, line: str) -> Indicator | None:
    name, unit = fields.text(f"{line}name"), fields.text(f"{line}unit")
    kind, direction = fields.word(f"{line}type", IndicatorType), fields.word(f"{line}direction", Direction)
    theme = fields.word(f"{line}theme", IndicatorTheme)
    baseline, baseline_on = fields.number(f"{line}baseline"), fields.day(f"{line}baseline_on")
    target, target_on = fields.number(f"{line}target"), fields.day(f"{line}target_on")
    value = fields.number(f"{line}value")
    fields.require(f"{line}name", f"{line}type", f"{line}unit", f"{line}direction")
    if baseline is not None and not fields.raw(f"{line}baseline_on"):
        fields.add_fault(f"{line}baseline_on", FieldFault(Problem.BASELINE_WITHOUT_DAY))
    if baseline_on is not None and not fields.raw(f"{line}baseline"):
        fields.add_fault(f"{line}baseline", FieldFault(Problem.DAY_WITHOUT_BASELINE))
    if not (name and kind and unit and direction):
        return None
    indicator = Indicator(name, kind, unit, direction, theme, baseline, baseline_on, target, target_on, value)
    if is_target_behind(indicator):
        fields.add_fault(f"{line}target", FieldFault(Problem.WRONG_DIRECTION))
    return indicator


def _read_indicators(fields: TypedFields) -> tuple[Indicator, ...] | None:
    seen: set[str] = set()

    def read(line: str) -> Indicator | None:
        indicator = _read_indicator(fields, line)
        if indicator and name_key(indicator.name) in seen:
            fields.add_fault(f"{line}name", FieldFault(Problem.SAME_NAME))
        seen.add(name_key(indicator.name) if indicator else "")
        return indicator

    return fields.lines("indicators", read, MOST_INDICATORS)


def _read_people(fields: TypedFields) -> Destinations | None:
    counts = {where: fields.count(f"people-{where}") for where in Destination}
    given = {where: count for where, count in counts.items() if count is not None}
    still = fields.count("people-still_on_project")
    return Destinations(given, still) if given or still is not None else None


def _read_extension(fields: TypedFields) -> Extension | None:
    extension = Extension(fields.count("extension-extended"), fields.flag("extension-cofunded_by_programme"))
    return None if extension == Extension() else extension


def _check_people(fields: TypedFields, values: Mapping[str, object], heads: int) -> None:
    """Note where more people are counted than the team has EIGs, beside the field that counts them."""
    people, extension = values["people"], values["extension"]
    counted: dict[str, int | None] = {}
    if isinstance(people, Destinations):
        counted["people"] = sum(people.counts.values())
        counted["people-still_on_project"] = people.still_on_project
    if isinstance(extension, Extension):
        counted["extension-extended"] = extension.extended
    for name, number in counted.items():
        if number is not None and number > heads:
            fields.add_fault(name, FieldFault(Problem.TOO_MANY_PEOPLE, number, heads))


READERS: Mapping[str, Read] = {
    "state": lambda fields: fields.word("state", ToolState),
    "planned_on": lambda fields: fields.month("planned_on"),
    "openings": lambda fields: fields.lines("openings", lambda line: _read_opening(fields, line), MOST_ENTRIES),
    "no_data_reasons": lambda fields: fields.words("no_data_reasons", ClosedReason),
    "events": lambda fields: fields.lines("events", lambda line: _read_training(fields, line), MOST_ENTRIES),
    "side_projects": lambda fields: fields.lines(
        "side_projects", lambda line: _read_side_project(fields, line), MOST_ENTRIES
    ),
    "new_approaches": lambda fields: fields.flag("new_approaches"),
    "people": _read_people,
    "extension": _read_extension,
    "carried_by": lambda fields: fields.word("carried_by", Carrier),
    "maintained_by": lambda fields: fields.word("maintained_by", Maintainer),
    "outcomes": lambda fields: fields.words("outcomes", Continuation),
    "posts_created": lambda fields: fields.count("posts_created"),
    "indicators": _read_indicators,
}
