"""The processes of a scenario: started together, and each that is killed replaced at once."""

from __future__ import annotations

import signal
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from time import monotonic
from typing import cast

from tests.crash.kill_points import KillPoint
from tests.crash.worker import ProcessSettings, work

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.crash.worker"])
LOOK = 0.1  # seconds between two looks at whether a job process has anything left to do
PATIENCE = 300  # seconds in which no process ends, until a round counts as hanging: on a busy machine it takes longer
SHOWN = 5_000  # characters of what the processes printed, when one ends badly
KILLED = -signal.SIGKILL
ENDED_WELL = {0, 1, 2}  # 1: a letter failed, was interrupted, or the relay refused us; 2: the database took nothing
TOLD_TO_STOP = {0, -signal.SIGTERM}  # the latter while it was still starting

Over = Callable[[set[int]], bool]


class Processes:
    """`kills` counts the processes killed, by the point at which it happened."""

    def __init__(self, settings: ProcessSettings, kill_points: list[KillPoint], chance: Random) -> None:
        self._settings = settings
        self._kill_points = deque(kill_points)
        self._chance = chance
        self._running: dict[int, tuple[BaseProcess, KillPoint | None]] = {}
        self._stopping = False
        self.kills: Counter[str] = Counter()

    @property
    def now(self) -> datetime:
        """The moment by the clock of the processes."""
        return datetime.now(UTC) + self._settings.ahead

    def set_clock(self, moment: datetime) -> None:
        """Set the clock of the processes started from now on; it runs on from there."""
        self._settings = replace(self._settings, ahead=moment - datetime.now(UTC))

    def kill_next(self, *kill_points: KillPoint) -> None:
        """Let these hit the next processes."""
        self._kill_points.extendleft(reversed(kill_points))

    def work(self, *command: str, processes: int = 1, over: Over | None = None) -> None:
        """Keep so many processes of `flask COMMAND` at work until they end by themselves.

        With `over`, which is asked again and again (with the processes' ids), they are asked to stop once it holds.
        """
        deadline = monotonic() + PATIENCE
        self._stopping = False
        for _ in range(processes):
            self._start(command)
        while self._running:
            assert monotonic() < deadline, f"{command} hangs"
            for sentinel in wait(list(self._running), timeout=LOOK if over else PATIENCE):
                deadline = monotonic() + PATIENCE
                if self._was_killed(cast("int", sentinel)) and not self._stopping:
                    self._start(command)
            if over and not self._stopping and over({cast("int", one.pid) for one, _ in self._running.values()}):
                self._stop()

    def end(self) -> None:
        """Leave nobody behind, whatever happened."""
        for process, _ in self._running.values():
            process.kill()
            process.join()

    def _start(self, command: tuple[str, ...]) -> None:
        kill_point = self._kill_points.popleft() if self._kill_points else None
        settings = replace(self._settings, connections=self._chance.choice([1, 1, 3]))
        process = CONTEXT.Process(target=work, args=(settings, command, kill_point), daemon=True)
        process.start()
        self._running[process.sentinel] = (process, kill_point)

    def _was_killed(self, sentinel: int) -> bool:
        process, kill_point = self._running.pop(sentinel)
        process.join()
        if process.exitcode == KILLED and kill_point:
            self.kills[kill_point.point] += 1
            return True
        allowed = TOLD_TO_STOP if self._stopping else ENDED_WELL
        assert process.exitcode in allowed, f"a process ended with {process.exitcode}:\n{self._output()}"
        if kill_point:
            self._kill_points.appendleft(kill_point)
        return False

    def _output(self) -> str:
        return Path(self._settings.log).read_text()[-SHOWN:]

    def _stop(self) -> None:
        self._stopping = True
        for process, _ in self._running.values():
            process.terminate()
