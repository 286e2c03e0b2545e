"""Timing two things in turn, so that a machine that slows down slows both; and the table of ratios."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

RUNS = 5
Clock = Callable[[], float]


@dataclass(frozen=True)
class Ratio:
    """What was measured: `ours` and `bare` in seconds a time (medians), their ratio, and the bound it must keep.

    Where what is measured is no time, the table says in which unit it is.
    """

    what: str
    ours: float
    bare: float
    ratio: float
    bound: str
    kept: bool


def seconds(work: Callable[[], object], times: int, clock: Clock = perf_counter) -> float:
    """Seconds that one `work()` takes by `clock`, over `times` of them. `process_time`: of CPU, in this process."""
    begun = clock()
    for _ in range(times):
        work()
    return (clock() - begun) / times


def compare(
    what: str,
    ours: Callable[[], object],
    bare: Callable[[], object],
    *,
    at_most: float,
    times: int = 20,
    runs: int = RUNS,
    clock: Clock = perf_counter,
) -> Ratio:
    """Time `ours` and `bare` in turn, `runs` times after one warm-up; the ratio is the median of the pairs' ratios."""
    ours()
    bare()
    pairs = [(seconds(ours, times, clock), seconds(bare, times, clock)) for _ in range(runs)]
    ratio = median(one / other for one, other in pairs)
    first, second = (median(side) for side in zip(*pairs, strict=True))
    return Ratio(what, first, second, ratio, f"≤ {at_most:g}", ratio <= at_most)


def show(title: str, ratios: list[Ratio], unit: str = "ms", per_unit: float = 1e-3) -> bool:
    """Print the table, its figures in `unit` (`per_unit` of what was measured); whether every bound was kept."""
    table = Table(title=title)
    for head in ("", f"ours ({unit})", f"reference ({unit})", "ratio", "must be", ""):
        table.add_column(head, justify="left" if not head else "right")
    for one in ratios:
        sign = "kept" if one.kept else "MISSED"
        table.add_row(
            one.what, f"{one.ours / per_unit:.2f}", f"{one.bare / per_unit:.2f}", f"{one.ratio:.2f}", one.bound, sign
        )
    Console(width=110).print(table)
    return all(one.kept for one in ratios)
