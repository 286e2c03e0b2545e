"""Figures of the calls for help: how many are in which state, how long the answer took. Values in, values out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from app.help_requests.rules import HelpState

SECONDS_A_DAY = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class CallLife:
    """The state and the timestamps of one call. `first_offered_at` and `closed_at` are None until they come."""

    state: HelpState
    opened_at: datetime
    first_offered_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """How long something took, over the `calls` to which it happened; `days`, the median, is None for no call."""

    days: float | None
    calls: int


@dataclass(frozen=True, slots=True)
class CallFigures:
    """The calls of a promotion by their state now, and how long the answer took."""

    by_state: Mapping[HelpState, int]
    to_first_offer: Delay
    to_resolution: Delay

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


def count_calls(calls: Iterable[CallLife]) -> CallFigures:
    """Count `calls` by state, every state present, and take the medians of their delays.

    Archived calls have no delay: they were imported, and nobody knows when they were answered.
    """
    calls = list(calls)
    measured = [call for call in calls if call.state is not HelpState.ARCHIVED]
    resolved = [call for call in measured if call.state is HelpState.RESOLVED]
    states = Counter(call.state for call in calls)
    return CallFigures(
        by_state={state: states[state] for state in HelpState},
        to_first_offer=_delay((call.opened_at, call.first_offered_at) for call in measured),
        to_resolution=_delay((call.opened_at, call.closed_at) for call in resolved),
    )


def _delay(periods: Iterable[tuple[datetime, datetime | None]]) -> Delay:
    days = [(end - start).total_seconds() / SECONDS_A_DAY for start, end in periods if end is not None]
    return Delay(median(days) if days else None, len(days))
