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
    """SIGKILL at the `passing`-th time `point` is reached; at ANY_MOMENT, `seconds` after the start."""

    point: str
    passing: int = 1
    seconds: float = 0.0


def while_sending(number: int, chance: Random, *, within: int) -> list[KillPoint]:
    """Make `number` kill points while letters are sent, at each point in turn, after 1 to about `within` letters."""
    return [
        KillPoint(point, chance.randint(1, within), chance.uniform(STARTED, STARTED + within / 100))
        for point in islice(cycle(SENDING), number)
    ]
