"""One trial: a week is told under fire, round after round, until no letter has anything to wait for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import NullPool, create_engine

from tests.fixtures.site import make_config
from tests.torture.crew import Crew
from tests.torture.mischief import Mischief
from tests.torture.promotion import DUE, WEEK, make_week_to_tell
from tests.torture.reckoning import Reckoning, reckon
from tests.torture.relay import TorturingRelay
from tests.torture.rows import Rows
from tests.torture.strikes import Strike, while_sending
from tests.torture.worker import Orders

DELIVER, TIMETABLE = "deliver", "timetable"
ROUNDS = 100  # after so many, what is not done counts as lost
TOGETHER = timedelta(minutes=5)  # a clock moved to a moment is moved on by this, to gather what comes soon after it
NOTE_AFTER = timedelta(minutes=10)
MAIL_DOMAIN = "bulletins.example"


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


def run(plan: Plan, url: str, folder: Path) -> Result:
    """Run the trial on the empty database at `url`."""
    begun, chance = monotonic(), Random(plan.seed)
    make_week_to_tell(url, plan.members)
    mischief = Mischief(chance, plan.share)
    with TorturingRelay(mischief, pipelining=plan.pipelining) as relay:
        crew = Crew(Orders(url, relay.url, str(folder / "processes.log")), _strikes(plan, chance), chance)
        rows = Rows(create_engine(url, poolclass=NullPool), make_config().secret_key, MAIL_DOMAIN)
        try:
            rounds = _Trial(plan, crew, rows).run()
        finally:
            crew.end()
    due = plan.members + rows.is_note_posted()
    reckoning = reckon(due, rows.letters(), relay.receipts, relay.refused)
    return Result(plan, reckoning, crew.kills, mischief.done, rows.digests(), rounds, monotonic() - begun)


def _strikes(plan: Plan, chance: Random) -> list[Strike]:
    """The digest is struck first: each of its strikes hits, since nothing is done before it is issued."""
    if plan.command == DELIVER:
        first = [Strike("freezing"), Strike("freezing")]
    else:
        first = [Strike("freezing"), Strike("ticking", 1), Strike("freezing"), Strike("ticking", 2)]
    number = plan.kills - len(first)
    return [*first, *while_sending(number, chance, within=max(1, plan.members // plan.kills // 2))]


class _Trial:
    """The rounds of a trial. The clock moves between rounds only, when no process is at work."""

    def __init__(self, plan: Plan, crew: Crew, rows: Rows) -> None:
        self._plan = plan
        self._crew = crew
        self._rows = rows

    def run(self) -> int:
        """Send everything; gives the number of rounds."""
        self._issue()
        for number in range(1, ROUNDS + 1):
            self._round()
            if not self._go_on():
                return number
        return ROUNDS

    def _issue(self) -> None:
        """By command, killed in the freeze; the job processes do it themselves."""
        self._crew.move_clock(DUE - self._crew.now - timedelta(seconds=2))
        if self._plan.command == DELIVER:
            self._crew.work("digest", "issue", "--week", WEEK.label)

    def _round(self) -> None:
        over = self._is_quiet if self._plan.command == TIMETABLE else None
        self._crew.work(self._plan.command, processes=self._plan.processes, over=over)

    def _is_quiet(self, alive: set[int]) -> bool:
        return self._is_told() and self._rows.is_quiet(self._crew.now, alive)

    def _is_told(self) -> bool:
        """Whether the digest stands, and the note once its moment has come."""
        note_due = self._crew.now >= DUE + NOTE_AFTER + TOGETHER
        return bool(self._rows.digests()) and (not note_due or self._rows.is_note_posted())

    def _go_on(self) -> bool:
        """Move the clock to when something can be done; False when there is nothing left."""
        moments = self._rows.moments()
        if self._plan.command == TIMETABLE and not self._rows.is_note_posted():
            moments.append(DUE + NOTE_AFTER)
        if not moments:
            return False
        moment = min(moments)
        if self._plan.command == TIMETABLE:
            moment = max(moment, self._rows.paused_until() or moment)
        self._crew.move_clock(max(moment + TOGETHER - self._crew.now, timedelta(0)))
        return True
