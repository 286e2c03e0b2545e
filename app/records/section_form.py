"""The form of one section as its template shows it: typed values, faults, earlier answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.records.form import LISTS, add_line, belongs_to
from app.records.form_fields import line_numbers, line_part
from app.records.reading import Line
from app.records.sections import FIELDS, Section
from app.records.words import fault_label, typed_text

LINE_NUMBER = "NUMBER"  # in the line that records.js copies


@dataclass(frozen=True, slots=True)
class SectionForm:
    """`earlier` is what the record of the milestone before tells of the fields that are unknown here, in words.

    `faults` are in words, by the name of their field; `kept` says that the text had been kept; `focus` is the field to
    go to.
    """

    section: Section
    typed: Mapping[str, str]
    revision: int
    faults: Mapping[str, str] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)
    kept: bool = False
    focus: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of the record that this section asks for."""
        return FIELDS[self.section]

    def value(self, name: str) -> str:
        """Return what was typed in a field."""
        return self.typed.get(name, "")

    def lines(self, name: str) -> list[int]:
        """Return the numbers of the lines of a list, filled in or not."""
        return line_numbers(self.typed, name)

    def fault(self, name: str) -> str:
        """Return what is wrong with a field; empty when nothing is."""
        return self.faults.get(name, "")

    def ordered_faults(self) -> list[tuple[str, str, str]]:
        """Return each fault in the order of the page: the name of its field, the label of it, what is wrong."""
        return [(name, fault_label(name), self.faults[name]) for name in sorted(self.faults, key=self._place)]

    def typed_texts(self) -> list[tuple[str, str]]:
        """Return what is filled in, as label and text: for a form that can no longer be saved."""
        names = [name for name in self.typed if self.typed[name].strip() and self._field_of(name)]
        return [(fault_label(name), typed_text(name, self.typed[name])) for name in sorted(names, key=self._place)]

    def _field_of(self, name: str) -> str | None:
        return next((field for field in self.fields if belongs_to(name, field)), None)

    def _place(self, name: str) -> tuple[int, int, int]:
        """Return where a field stands on the page: its field of the record, its line, its part of the line."""
        field, number, part = line_part(name) or (self._field_of(name) or "", -1, "")
        parts = LISTS.get(field, ())
        return (
            self.fields.index(field) if field in self.fields else len(self.fields),
            number,
            parts.index(part) if part in parts else -1,
        )


def with_an_empty_line(typed: Mapping[str, str], section: Section) -> Mapping[str, str]:
    """Return the fields of a section with a first line in each list that has none, so that one can begin to type."""
    for name in FIELDS[section]:
        if name in LISTS and not line_numbers(typed, name):
            typed = add_line(typed, name)
    return typed
