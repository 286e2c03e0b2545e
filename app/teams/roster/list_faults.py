"""What can be wrong with a list of people. Values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a list, or with one of its rows."""

    TOO_LARGE = "too_large"
    WORKBOOK = "workbook"
    NO_TEXT = "no_text"
    EMPTY = "empty"
    NO_HEADING = "no_heading"
    SAME_COLUMN = "same_column"
    OPEN_QUOTE = "open_quote"
    NO_EMAIL = "no_email"
    EMAIL = "email"
    TWICE = "twice"
    ROLE = "role"
    NO_TEAM = "no_team"
    NAME = "name"
    DAY = "day"
    DISORDER = "disorder"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class ListFault:
    """A fault in a line of the file (from 1) and what stands there."""

    line: int
    fault: Fault
    value: str = ""


class InvalidListError(Exception):
    """Nothing of the list is taken; `faults` says why, in the order of its lines."""

    def __init__(self, faults: Sequence[ListFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__(f"{len(faults)} faults")
