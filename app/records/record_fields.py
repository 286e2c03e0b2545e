"""Parse one record of a file, and the single values that it may hold. Values in, values out.

A page tells the faults of what a questionnaire has, too; the others are a command's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

import yaml

from app.import_files import fault_text as _t
from app.records.indicators import (
    MOST_INDICATORS,
    Direction,
    Indicator,
    IndicatorTheme,
    IndicatorType,
    is_target_behind,
)
from app.records.values import Destinations, Extension, Opening, SideProject, TeamRecord, Training
from app.records.vocabulary import (
    Carrier,
    ClosedReason,
    Continuation,
    Destination,
    Maintainer,
    OpeningKind,
    OpeningStatus,
    Responder,
    ToolState,
    TrainingKind,
    TrainingTheme,
)
from app.teams.roster.values import parse_day, parse_name, shown
from app.teams.roster.yaml_fields import Fields
from app.text_cleaning import clean_line

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)

LONGEST_TEXT = 2000  # characters
LARGEST_COUNT = 9999
MOST_ENTRIES = 50  # of one list
MONTH = re.compile(r"(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])", re.ASCII)
NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?", re.ASCII)
ADDRESS = re.compile(r"https?://[^\s/]\S*")
FLAGS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}  # as YAML 1.1 spells them
RECORD_KEYS = ("team", "milestone", *TeamRecord.__dataclass_fields__)


def one_of(words: type[Word]) -> Callable[[str], Word]:
    """Return a parser of one of `words`."""

    def parse(text: str) -> Word:
        try:
            return words(text.strip())
        except ValueError:
            likely = get_close_matches(text.strip().lower(), list(words), 1)
            hint = _t("known here: %(words)s", words=", ".join(words))
            if likely:
                hint = _t("did you mean “%(likely)s”?", likely=likely[0])
            raise ValueError(_t("unknown word “%(text)s”; %(hint)s", text=shown(text), hint=hint)) from None

    return parse


def parse_count(text: str) -> int:
    """Parse a whole number from 0 to LARGEST_COUNT."""
    digits = text.strip()
    if not re.fullmatch(r"\d{1,9}", digits, re.ASCII) or int(digits) > LARGEST_COUNT:
        raise ValueError(
            f"“{shown(text)}” is not a number from 0 to {LARGEST_COUNT}; leave the key out where it is unknown"
        )
    return int(digits)


def parse_number(text: str) -> float:
    """Parse a number, whole or not: `12`, `-0.5`, `12,5`. Units stand elsewhere."""
    number = "".join(text.split()).replace(",", ".").replace("\N{MINUS SIGN}", "-")
    if not NUMBER.fullmatch(number):
        raise ValueError(f"“{shown(text)}” is not a number such as 12 or 12.5; leave the key out where it is unknown")
    return float(number) if "." in number else int(number)


def parse_flag(text: str) -> bool:
    """Parse `true` or `false`."""
    try:
        return FLAGS[text.strip().lower()]
    except KeyError:
        problem = _t("“%(text)s” is neither true nor false; leave the key out where it is unknown", text=shown(text))
        raise ValueError(problem) from None


def parse_month(text: str) -> str:
    """Return a month such as `2020-03`."""
    if not MONTH.fullmatch(text.strip()):
        raise ValueError(f"“{shown(text)}” is not a month such as 2020-03")
    return text.strip()


def parse_long_text(text: str) -> str:
    """Return a text on one line, of at most LONGEST_TEXT characters."""
    line = clean_line(text)
    if len(line) > LONGEST_TEXT:
        raise ValueError(
            _t("longer than %(most)d characters (%(length)d); shorten it", most=LONGEST_TEXT, length=len(line))
        )
    return line


def parse_address(text: str) -> str:
    """Return an address of the web."""
    address = parse_long_text(text)
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"“{shown(text)}” is not an address such as https://example.org/code")
    return address


def parse_record(fields: Fields) -> TeamRecord:
    """Parse a record; its `team` and `milestone` are its file's to read."""
    fields.refuse_unknown(RECORD_KEYS)
    return TeamRecord(
        answered_by=fields.get("answered_by", one_of(Responder)),
        state=fields.get("state", one_of(ToolState)),
        planned_on=fields.get("planned_on", parse_month),
        openings=parse_list(fields, "openings", _parse_opening),
        no_data_reasons=_parse_words(fields, "no_data_reasons", ClosedReason),
        events=parse_list(fields, "events", _parse_training),
        side_projects=parse_list(fields, "side_projects", _parse_side_project),
        people=_parse_people(section(fields, "people")),
        extension=_parse_extension(section(fields, "extension")),
        carried_by=fields.get("carried_by", one_of(Carrier)),
        maintained_by=fields.get("maintained_by", one_of(Maintainer)),
        new_approaches=fields.get("new_approaches", parse_flag),
        posts_created=fields.get("posts_created", parse_count),
        outcomes=_parse_words(fields, "outcomes", Continuation),
        indicators=parse_list(fields, "indicators", _parse_indicator, MOST_INDICATORS),
    )


def section(fields: Fields, key: str) -> Fields | None:
    """Return the mapping under `key`; None when it is missing, empty, or no mapping (then noted)."""
    if fields.is_empty(key):
        return None
    found = Fields(fields.values[key], f"“{key}”", fields.faults)
    return found if isinstance(found.node, yaml.MappingNode) else None


def parse_list(
    fields: Fields, key: str, parse: Callable[[Fields, yaml.Node], T | None], most: int = MOST_ENTRIES
) -> tuple[T, ...] | None:
    """Return the entries under `key` that can be read; None when it is missing or empty, which is not `[]`."""
    if fields.is_empty(key):
        return None
    nodes = fields.entries(key)
    if len(nodes) > most:
        fields.add_fault(nodes[most], f"“{key}” has more than {most} entries; keep those that matter")
        return None
    parsed = [parse(fields, node) for node in nodes]
    return tuple(each for each in parsed if each is not None)


def _parse_words(fields: Fields, key: str, words: type[Word]) -> tuple[Word, ...] | None:
    """Return a list of different words."""
    found = parse_list(fields, key, lambda each, node: each.parse_scalar(node, one_of(words)))
    return None if found is None else tuple(dict.fromkeys(found))


def _parse_opening(above: Fields, node: yaml.Node) -> Opening | None:
    fields = Fields(node, "an opening", above.faults)
    fields.refuse_unknown(Opening.__dataclass_fields__)
    fields.require("kind", "status")
    kind, status = fields.get("kind", one_of(OpeningKind)), fields.get("status", one_of(OpeningStatus))
    reason = fields.get("reason", one_of(ClosedReason))
    title, url = fields.get("title", parse_name), fields.get("url", parse_address)
    return Opening(kind, status, title, url, reason) if kind and status else None


def _parse_training(above: Fields, node: yaml.Node) -> Training | None:
    fields = Fields(node, "an event", above.faults)
    fields.refuse_unknown(Training.__dataclass_fields__)
    fields.require("kind")
    kind = fields.get("kind", one_of(TrainingKind))
    count, themes = fields.get("count", parse_count), _parse_words(fields, "themes", TrainingTheme)
    return Training(kind, count, themes or ()) if kind else None


def _parse_side_project(above: Fields, node: yaml.Node) -> SideProject | None:
    """Parse a title, or a mapping with `title` and `text`."""
    if isinstance(node, yaml.ScalarNode):
        title = above.parse_scalar(node, parse_name)
        if title == "":
            above.add_fault(node, "a side project has no title; remove the line, or give one")
        return SideProject(title) if title else None
    fields = Fields(node, "a side project", above.faults)
    fields.refuse_unknown(SideProject.__dataclass_fields__)
    fields.require("title")
    title, text = fields.get("title", parse_name), fields.get("text", parse_long_text)
    return SideProject(title, text) if title else None


def _parse_people(fields: Fields | None) -> Destinations | None:
    if fields is None:
        return None
    fields.refuse_unknown((*Destination, "still_on_project"))
    counts = {where: fields.get(where, parse_count) for where in Destination}
    given = {where: count for where, count in counts.items() if count is not None}
    return Destinations(given, fields.get("still_on_project", parse_count))


def _parse_extension(fields: Fields | None) -> Extension | None:
    if fields is None:
        return None
    fields.refuse_unknown(Extension.__dataclass_fields__)
    return Extension(fields.get("extended", parse_count), fields.get("cofunded_by_programme", parse_flag))


def _parse_indicator(above: Fields, node: yaml.Node) -> Indicator | None:
    fields = Fields(node, "an indicator", above.faults)
    fields.refuse_unknown(Indicator.__dataclass_fields__)
    fields.require("name", "type", "unit", "direction")
    name, unit = fields.get("name", parse_name), fields.get("unit", parse_name)
    kind, direction = fields.get("type", one_of(IndicatorType)), fields.get("direction", one_of(Direction))
    theme = fields.get("theme", one_of(IndicatorTheme))
    baseline, baseline_on = fields.get("baseline", parse_number), fields.get("baseline_on", parse_day)
    target, target_on = fields.get("target", parse_number), fields.get("target_on", parse_day)
    value = fields.get("value", parse_number)
    if (baseline is None) is not (baseline_on is None):
        fields.add_fault(node, "“baseline” and “baseline_on” belong together; give both, or neither")
    if not (name and kind and unit and direction):
        return None
    indicator = Indicator(name, kind, unit, direction, theme, baseline, baseline_on, target, target_on, value)
    if is_target_behind(indicator):
        fields.add_fault(node, "the target lies behind the baseline; mend one of them, or “direction” (up, down)")
    return indicator
