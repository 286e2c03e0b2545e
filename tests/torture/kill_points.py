"""When a process kills itself: at the n-th passing of a failpoint, or at any moment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

ANY_MOMENT = "any moment"
STARTED = 0.1  # seconds that a process takes until it sends
BEFORE_SENDING = ("freezing", "ticking")
SENDING = ("claimed", "before data", "after data", "answered", ANY_MOMENT)


@dataclass(frozen=True)
class KillPoint:
    """SIGKILL at the `passing`-th passing of the failpoint `point`; of ANY_MOMENT, `seconds` after the start."""

    point: str
    passing: int = 1
    seconds: float = 0.0


def while_sending(number: int, rng: Random, *, within: int) -> list[KillPoint]:
    """Choose `number` kill points among letters, at each failpoint in turn, after 1 to about `within` letters."""
    return [
        KillPoint(point, rng.randint(1, within), rng.uniform(STARTED, STARTED + within / 100))
        for point in islice(cycle(SENDING), number)
    ]
