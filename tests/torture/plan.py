"""What a trial is to be, and what it came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from tests.torture.reckoning import Reckoning
from tests.torture.strikes import Strike, while_sending

DELIVER, TIMETABLE = "deliver", "timetable"


@dataclass(frozen=True)
class Plan:
    """What a trial is to be; `share` of the relay's answers are bad ones."""

    database: str
    command: str
    processes: int
    members: int
    kills: int
    seed: int
    share: float = 0.006
    pipelining: bool = False


@dataclass(frozen=True)
class Result:
    """What a trial came to."""

    plan: Plan
    reckoning: Reckoning
    kills: Counter[str]
    mischief: Counter[tuple[str, str]]
    digests: int
    rounds: int
    seconds: float

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return self.reckoning.clean and self.digests == 1


def strikes_of(plan: Plan, chance: Random) -> list[Strike]:
    """Each strike hits one process. The first ones hit before the digest stands, the others while its letters leave."""
    if not plan.kills:
        return []
    first = [Strike("freezing")] * 2
    if plan.command == TIMETABLE:  # the second passing of a tick comes after the digest
        first = [Strike("freezing"), Strike("ticking")] * 2 + [Strike("freezing"), Strike("ticking", 2)]
    number = plan.kills - len(first)
    return [*first, *while_sending(number, chance, within=max(1, plan.members // plan.kills // 2))]
