"""What the search page is asked for, out of its URL: what cannot be meant is left out. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from app.search.entries import EntryKind
from app.text_cleaning import clean_text

LONGEST_QUERY = 10_000  # characters; of a longer one the end is not looked at
CURSOR = re.compile(r"\d{1,18}", re.ASCII)  # fits into a BIGINT


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for besides words; nothing of it by default. Days are those of whole weeks."""

    team_id: int | None = None
    first: date | None = None
    last: date | None = None
    kinds: tuple[EntryKind, ...] = ()
    before: int | None = None  # the id of the last entry of the page before

    def __bool__(self) -> bool:
        return bool(self.team_id or self.first or self.last or self.kinds)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: `text` as typed; `promotion` and `team`, ids that are theirs to read, None for all."""

    text: str
    promotion: int | None
    filters: Filters

    @property
    def has_filters(self) -> bool:
        """Whether anything but words is asked for."""
        return self.promotion is not None or bool(self.filters)


def read_asked(args: Mapping[str, str], promotions: Mapping[str, int], teams: Iterable[int]) -> Asked:
    """Return what the query of a URL asks for; `promotions`: ids by slug, and `teams`, of those that one may read."""
    return Asked(
        text=clean_text(args.get("q", "")[:LONGEST_QUERY]),
        promotion=promotions.get(args.get("in", "")),
        filters=Filters(
            team_id=_read_team(args.get("team", ""), set(teams)),
            first=_read_day(args.get("from", "")),
            last=_read_day(args.get("to", "")),
            kinds=(EntryKind.CALL,) if "help" in args else (),
            before=int(before) if CURSOR.fullmatch(before := args.get("before", "")) else None,
        ),
    )


def _read_team(text: str, teams: set[int]) -> int | None:
    team = int(text) if CURSOR.fullmatch(text) else None
    return team if team in teams else None


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
