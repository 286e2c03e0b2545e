"""What is indexed: the kinds of entries, and the id that says where an entry stands among the others. Pure.

An id holds the day of what it is about, its kind and the id of the row that it is about. So the newest comes first
where entries are in the order of their ids, which both databases have at hand, and a page begins where the one before
ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.weeks import Week

SOURCE_BITS = 31  # ids of rows are INTEGER
KIND_BITS = 2
DAYS_OF_WEEK = 7


class EntryKind(StrEnum):
    """What an entry of the index is about."""

    BULLETIN = "bulletin"
    CALL = "call"  # for help, of a bulletin
    KEY_DATE = "key_date"
    INTRODUCTION = "introduction"


KINDS = tuple(EntryKind)


@dataclass(frozen=True, slots=True)
class EntryKey:
    """The row that an entry is about, a bulletin's for a call, and the day by which it is ordered."""

    day: date
    kind: EntryKind
    source_id: int

    @property
    def id(self) -> int:
        """The id of the entry."""
        return _first_id(self.day.toordinal()) | (KINDS.index(self.kind) << SOURCE_BITS) | self.source_id


def read_key(entry_id: int) -> EntryKey:
    """Return what the id of an entry says."""
    day = date.fromordinal(entry_id >> (SOURCE_BITS + KIND_BITS))
    kind = KINDS[(entry_id >> SOURCE_BITS) & (2**KIND_BITS - 1)]
    return EntryKey(day, kind, entry_id & (2**SOURCE_BITS - 1))


def ids_between(first: date | None, last: date | None) -> tuple[int | None, int | None]:
    """Return the ids from which on, and before which, entries of the weeks of `first` to `last` are; None: no end."""
    begin = None if first is None else _first_id(Week.of(first).monday.toordinal())
    end = None if last is None else _first_id(Week.of(last).monday.toordinal() + DAYS_OF_WEEK)
    return begin, end


# What else than words is searched for stands among them, with a character that no word has.


def promotion_word(promotion_id: int) -> str:
    """Return the word of every entry of a promotion."""
    return f"p_{promotion_id}"


def team_word(team_id: int) -> str:
    """Return the word of every entry of a team."""
    return f"t_{team_id}"


def kind_word(kind: EntryKind) -> str:
    """Return the word of every entry of a kind."""
    return f"k_{KINDS.index(kind)}"


def join_words(words: Iterable[str]) -> str:
    """Return `words` as they are stored: each once, in one order, between spaces."""
    return " ".join(sorted(set(words)))


def _first_id(ordinal: int) -> int:
    return ordinal << (SOURCE_BITS + KIND_BITS)
