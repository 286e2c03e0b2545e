"""The sections in which a record is filled in, one page each, and the fields of each. Values in, values out."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Section(StrEnum):
    """One page of the form, in their order."""

    TOOL = "tool"
    OPENINGS = "openings"
    EVENTS = "events"
    PEOPLE = "people"
    FUTURE = "future"
    INDICATORS = "indicators"


FIELDS: Mapping[Section, tuple[str, ...]] = {  # of a TeamRecord; `answered_by` is known by who fills it in
    Section.TOOL: ("state", "planned_on"),
    Section.OPENINGS: ("openings", "no_data_reasons"),
    Section.EVENTS: ("events", "side_projects", "new_approaches"),
    Section.PEOPLE: ("people", "extension"),
    Section.FUTURE: ("outcomes", "carried_by", "maintained_by", "posts_created"),
    Section.INDICATORS: ("indicators",),
}


def next_section(section: Section) -> Section | None:
    """Return the section after this one; None after the last."""
    order = list(Section)
    place = order.index(section) + 1
    return order[place] if place < len(order) else None
