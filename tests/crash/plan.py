"""What a scenario is to be, and what it came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from tests.crash.accounting import Account
from tests.crash.kill_points import KillPoint, while_sending

DELIVER, TIMETABLE = "deliver", "timetable"
BEFORE_THE_LETTERS = {  # who is killed first; the second passing of a tick comes after the digest
    DELIVER: [KillPoint("freezing")] * 2,
    TIMETABLE: [KillPoint("freezing"), KillPoint("ticking")] * 2 + [KillPoint("freezing"), KillPoint("ticking", 2)],
}
LEAST_KILLS = max(map(len, BEFORE_THE_LETTERS.values()))  # of a scenario in which anybody is killed


@dataclass(frozen=True)
class Plan:
    """What a scenario is to be; `share` of the relay's answers are bad ones."""

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
    """What a scenario came to."""

    plan: Plan
    account: Account
    kills: Counter[str]
    faults: Counter[tuple[str, str]]
    digests: int
    rounds: int
    seconds: float

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return self.account.clean and self.digests == 1


def kill_points_of(plan: Plan, chance: Random) -> list[KillPoint]:
    """Return one for each process to kill: the first before the digest exists, the others while its letters leave."""
    if not plan.kills:
        return []
    first = BEFORE_THE_LETTERS[plan.command]
    number = plan.kills - len(first)
    return [*first, *while_sending(number, chance, within=max(1, plan.members // plan.kills // 2))]
