"""The days of a milestone: those that are proposed, and what is wrong with those that were typed. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.fingerprints import fingerprint
from app.records.milestones import END, MID, months_after

TOLERANCE = timedelta(days=62)  # between a milestone's day and the one that its name says
AROUND = timedelta(days=366)  # between a milestone's day and those on which it may be answered
LONGEST_OPENING = timedelta(days=183)
PROPOSED_OPENING = timedelta(days=20)


class DayFault(StrEnum):
    """What may be wrong with a day of a milestone."""

    OUTSIDE = "outside"  # mid-term is within the promotion
    FAR = "far"  # more than TOLERANCE from the day that the name says
    TOO_EARLY = "too_early"  # before the promotion
    LONG_BEFORE = "long_before"  # more than AROUND
    LONG_AFTER = "long_after"
    MISSING = "missing"
    CLOSES_FIRST = "closes_first"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class MilestoneDays:
    """The day of a milestone, and the first and the last on which it may be answered, both or neither."""

    day: date
    opens_on: date | None
    closes_on: date | None

    @property
    def base(self) -> str:
        """What tells these days from any others: what a form was filled from."""
        return fingerprint(self.day, self.opens_on, self.closes_on)


def expected_day(key: str, starts_on: date, ends_on: date) -> date:
    """Return the day that the name of a milestone says, in a promotion of these dates."""
    if months := months_after(key):
        years, month = divmod(ends_on.month - 1 + months, 12)
        year = ends_on.year + years
        return date(year, month + 1, min(ends_on.day, monthrange(year, month + 1)[1]))
    return ends_on if key == END else starts_on + (ends_on - starts_on) // 2


def can_be_day(key: str, day: date, starts_on: date, ends_on: date) -> bool:
    """Return whether the milestone can have been on `day`, however far from the one that its name says."""
    if key == MID:
        return starts_on <= day <= ends_on
    return day >= starts_on if key == END else day > ends_on


def is_far(key: str, day: date, starts_on: date, ends_on: date) -> bool:
    """Return whether `day` is more than TOLERANCE from what the name of the milestone says; mid-term never is."""
    return key != MID and abs(day - expected_day(key, starts_on, ends_on)) > TOLERANCE


def propose(key: str, starts_on: date, ends_on: date, today: date) -> MilestoneDays:
    """Return days for a milestone: answers in the three weeks that begin with its own; at the end, that end with it.

    No days for answers where those have passed `today`: what is left is a file.
    """
    day = expected_day(key, starts_on, ends_on)
    opens = day - PROPOSED_OPENING if key == END else day
    closes = opens + PROPOSED_OPENING
    return MilestoneDays(day, None, None) if closes < today else MilestoneDays(day, opens, closes)


def day_faults(key: str, days: MilestoneDays, starts_on: date, ends_on: date) -> Iterator[tuple[str, DayFault]]:
    """Yield what is wrong with `days`, by the name of the field; at most one fault a field.

    An opening or closing that is too far from a wrong day is no second fault.
    """
    wrong = _fault_of_day(key, days.day, starts_on, ends_on)
    if wrong:
        yield "day", wrong
    opens, closes = days.opens_on, days.closes_on
    if opens is None or closes is None:
        if opens or closes:
            yield ("closes_on" if opens else "opens_on"), DayFault.MISSING
        return
    middle = expected_day(key, starts_on, ends_on) if wrong else days.day
    outside = {
        name: fault
        for name, day in (("opens_on", opens), ("closes_on", closes))
        if (fault := _fault_around(day, middle, starts_on))
    }
    yield from outside.items()
    if not outside and closes < opens:
        yield "closes_on", DayFault.CLOSES_FIRST
    elif not outside and closes - opens > LONGEST_OPENING:
        yield "closes_on", DayFault.TOO_LONG


def _fault_of_day(key: str, day: date, starts_on: date, ends_on: date) -> DayFault | None:
    if key == MID:
        return None if can_be_day(key, day, starts_on, ends_on) else DayFault.OUTSIDE
    return DayFault.FAR if is_far(key, day, starts_on, ends_on) else None


def _fault_around(day: date, middle: date, starts_on: date) -> DayFault | None:
    if day < starts_on:
        return DayFault.TOO_EARLY
    if abs(day - middle) <= AROUND:
        return None
    return DayFault.LONG_AFTER if day > middle else DayFault.LONG_BEFORE
