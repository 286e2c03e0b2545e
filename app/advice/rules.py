"""The rules of advice: when it is shown and in which order, what its link may be, what totals tell. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from app.records.milestones import milestone_order
from app.records.values import TeamRecord
from app.records.vocabulary import ClosedReason, OpeningKind, OpeningStatus
from app.small_numbers import SMALL
from app.weeks import Week

ADVICE_LIMIT = 300  # code points: a line, no page
LINK_LIMIT = 500
FIRST_CALL_SHOWN_FOR = timedelta(weeks=4)  # after it was made: what helps with a first call is of no use at the fifth


class Occasion(StrEnum):
    """What a piece of advice is tied to: a week of the programme, or an event in the life of one team."""

    WEEK = "week"
    CODE_NOT_OPENED = "code_not_opened"
    PLAN_EMPTY = "plan_empty"
    FIRST_CALL = "first_call"


def programme_week(first: Week, week: Week) -> int:
    """Return the number of `week` in a promotion whose first week is `first`: 1 is the first."""
    return week - first + 1


def is_shown(occasion: Occasion, week: int | None, current: int, events: Collection[Occasion]) -> bool:
    """Return whether advice is shown to a team in the programme's week `current`, of which `events` hold.

    Advice of a `week` stays from that week on, for those who missed it.
    """
    if occasion is Occasion.WEEK:
        return week is not None and week <= current
    return occasion in events


def urgency(occasion: Occasion, week: int | None) -> tuple[bool, int]:
    """Return the sort key of advice: first what is about this very team, then the latest week."""
    return occasion is Occasion.WEEK, -(week or 0)


def middle_of(first: date, last: date) -> date:
    """Return the day in the middle of a promotion from `first` to `last`: its mid-term, where none is declared."""
    return first + (last - first) // 2


def lacks_time_to_open(records: Mapping[str, TeamRecord]) -> bool:
    """Return whether the latest of a team's records (by key of their milestone) says: code not open, for want of time.

    Not where some of its code is open.
    """
    if not records:
        return False
    openings = records[max(records, key=milestone_order)].openings or ()
    code = [opening for opening in openings if opening.kind is OpeningKind.SOURCE_CODE]
    is_open = any(opening.status is OpeningStatus.OPEN for opening in code)
    wants_time = any(each.status is OpeningStatus.NO and each.reason is ClosedReason.TIME for each in code)
    return wants_time and not is_open


def is_web_link(text: str) -> bool:
    """Return whether `text` is the URL of a page of the web, without a user's name that would pass for its host."""
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return False
    plain = text.isprintable() and not any(sign.isspace() or sign in '<>"\\' for sign in text)
    return plain and parts.scheme in {"http", "https"} and bool(host) and "@" not in parts.netloc


def link_host(url: str) -> str:
    """Return the host of a link, as it is shown: without `www.`."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def told_total(set_aside: int, readers: int) -> int | None:
    """Return how many of `readers` are said to have set advice aside, at least: in fives, and never nearly all of them.

    None: fewer than five. In fives, because a total that grows by one after a talk would tell who it was.
    """
    least = min(set_aside, readers - SMALL)
    return least // SMALL * SMALL if least >= SMALL else None
