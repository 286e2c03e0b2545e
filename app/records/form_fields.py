"""The fields of a form as they were typed, read one by one; what is wrong with them. Values in, values out.

Every field has one value: a box that is ticked is a field of its own, `outcomes-maintained`; the parts of a line that
can be repeated are numbered, `openings-0-title`. Empty is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TypeVar

from app.records.record_fields import LARGEST_COUNT, LONGEST_TEXT, parse_address, parse_count, parse_month, parse_number
from app.teams.roster.values import LONGEST_NAME, parse_day
from app.text_cleaning import clean_line, clean_text

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)

YES, NO = "yes", "no"
TICKED = "on"
NONE = "none"  # of a list or of boxes: there is nothing, which is not “unknown”
LINE_PART = re.compile(r"([a-z_]+)-(\d{1,3})-(.*)", re.ASCII | re.DOTALL)
FRENCH_MONTH = re.compile(r"(\d?\d)/(\d{4})", re.ASCII)
FRENCH_DAY = re.compile(r"(\d?\d)/(\d?\d)/(\d{4})", re.ASCII)


class Problem(StrEnum):
    """What can be wrong with a field."""

    NOT_A_CHOICE = "not_a_choice"
    NOT_A_COUNT = "not_a_count"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_MONTH = "not_a_month"
    NOT_A_DAY = "not_a_day"
    NOT_AN_ADDRESS = "not_an_address"
    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"
    MISSING = "missing"
    NONE_AND_SOME = "none_and_some"
    TOO_MANY_PEOPLE = "too_many_people"
    BASELINE_WITHOUT_DAY = "baseline_without_day"
    DAY_WITHOUT_BASELINE = "day_without_baseline"
    WRONG_DIRECTION = "wrong_direction"
    SAME_NAME = "same_name"


@dataclass(frozen=True, slots=True)
class FieldFault:
    """A problem, with the numbers that its words tell."""

    problem: Problem
    number: int = 0  # characters, lines or people
    limit: int = 0


@dataclass(slots=True)
class TypedFields:
    """Reads fields; `faults` gathers what is wrong, by the name of its field, the first fault of each."""

    typed: Mapping[str, str]
    faults: dict[str, FieldFault] = field(default_factory=dict)

    def add_fault(self, name: str, fault: FieldFault) -> None:
        self.faults.setdefault(name, fault)

    def raw(self, name: str) -> str:
        """Return what was typed on one line, cleaned."""
        return clean_line(self.typed.get(name))

    def text(self, name: str, limit: int = LONGEST_NAME) -> str | None:
        text = self.raw(name)
        if len(text) > limit:
            self.add_fault(name, FieldFault(Problem.TOO_LONG, len(text), limit))
            return None
        return text or None

    def word(self, name: str, words: type[Word]) -> Word | None:
        return self._parse(name, words, Problem.NOT_A_CHOICE)

    def flag(self, name: str) -> bool | None:
        return self._parse(name, {YES: True, NO: False}.__getitem__, Problem.NOT_A_CHOICE)

    def count(self, name: str) -> int | None:
        return self._parse(name, parse_count, Problem.NOT_A_COUNT, LARGEST_COUNT)

    def number(self, name: str) -> float | None:
        return self._parse(name, parse_number, Problem.NOT_A_NUMBER)

    def month(self, name: str) -> str | None:
        return self._parse(name, _parse_month, Problem.NOT_A_MONTH)

    def day(self, name: str) -> date | None:
        return self._parse(name, _parse_day, Problem.NOT_A_DAY)

    def address(self, name: str) -> str | None:
        if len(self.raw(name)) > LONGEST_TEXT:
            return self.text(name, LONGEST_TEXT)
        return self._parse(name, parse_address, Problem.NOT_AN_ADDRESS)

    def words(self, name: str, words: type[Word]) -> tuple[Word, ...] | None:
        """Return those whose boxes are ticked; () where « none » is ticked, None where no box is."""
        ticked = tuple(word for word in words if self.raw(f"{name}-{word}"))
        if self.raw(f"{name}-{NONE}"):
            if ticked:
                self.add_fault(name, FieldFault(Problem.NONE_AND_SOME))
            return ()
        return ticked or None

    def lines(self, name: str, parse: Callable[[str], T | None], limit: int) -> tuple[T, ...] | None:
        """Return the lines of a list that are filled in; () where it is said that there are none, None if unknown."""
        filled = [place for place in line_numbers(self.typed, name) if self._is_filled(f"{name}-{place}-")]
        if len(filled) > limit:
            self.add_fault(name, FieldFault(Problem.TOO_MANY_LINES, len(filled), limit))
            return None
        if not filled:
            return () if self.raw(name) == NONE else None
        if self.raw(name) == NONE:
            self.add_fault(name, FieldFault(Problem.NONE_AND_SOME))
        lines = [parse(f"{name}-{place}-") for place in filled]
        return tuple(line for line in lines if line is not None)

    def require(self, *names: str) -> bool:
        """Return whether all of these are filled in and right; note those that are missing."""
        for name in names:
            if not self.raw(name):
                self.add_fault(name, FieldFault(Problem.MISSING))
        return not any(name in self.faults for name in names)

    def _is_filled(self, prefix: str) -> bool:
        return any(name.startswith(prefix) and clean_text(text) for name, text in self.typed.items())

    def _parse(self, name: str, parse: Callable[[str], T], problem: Problem, limit: int = 0) -> T | None:
        text = self.raw(name)
        if not text:
            return None
        try:
            return parse(text)
        except (ValueError, KeyError):
            self.add_fault(name, FieldFault(problem, limit=limit))
            return None


def line_part(name: str) -> tuple[str, int, str] | None:
    """Return the list, the line and the part that a field is of; None for a field of no line."""
    found = LINE_PART.fullmatch(name)
    return (found[1], int(found[2]), found[3]) if found else None


def line_numbers(typed: Iterable[str], name: str) -> list[int]:
    """Return the numbers of the lines of a list, filled in or not."""
    parts = (line_part(each) for each in typed)
    return sorted({part[1] for part in parts if part and part[0] == name})


def _parse_month(text: str) -> str:
    """Parse `2020-03`, as browsers send it, or `03/2020`, as it is typed where they have no such field."""
    french = FRENCH_MONTH.fullmatch(text)
    return parse_month(f"{french[2]}-{int(french[1]):02}" if french else text)


def _parse_day(text: str) -> date:
    """Parse `2020-03-08`, or `08/03/2020`."""
    french = FRENCH_DAY.fullmatch(text)
    return parse_day(f"{french[3]}-{int(french[2]):02}-{int(french[1]):02}" if french else text)
