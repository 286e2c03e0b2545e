"""Programs that live and die together: when one of them ends, or when told to stop, all of them are ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread


class StoppedError(Exception):
    """Somebody has asked for the end, with Ctrl-C or a signal."""


class DeadProgramError(Exception):
    """A program has ended that should not have."""


class Supervisor:
    """Starts programs, each in a session of its own so that Ctrl-C reaches this process alone, which ends them.

    `patience`: how many seconds a program has to end by itself before it is killed.
    """

    def __init__(self, env: Mapping[str, str], folder: Path, patience: float = 10) -> None:
        self._env = env
        self._folder = folder
        self._patience = patience
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._events: SimpleQueue[tuple[str, int] | None] = SimpleQueue()

    def obey_signals(self) -> None:
        """Take Ctrl-C, SIGTERM and the closing of the terminal as the wish to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._events.put(None))

    def start(self, name: str, *command: str) -> None:
        """Start a program that should run until the end."""
        program = subprocess.Popen(command, env=self._env, cwd=self._folder, start_new_session=True)  # noqa: S603
        self._running[name] = program
        Thread(target=lambda: self._events.put((name, program.wait())), daemon=True).start()

    def run(self, name: str, *command: str) -> None:
        """Run a program to its end. Raises DeadProgramError when it fails, StoppedError when told to stop meanwhile."""
        self.start(name, *command)
        ended, status = self._next_event(None)
        if ended != name or status != 0:
            raise DeadProgramError(f"{ended} ended with status {status}.")
        del self._running[name]

    def watch(self, seconds: float | None = None) -> None:
        """Watch over the programs for so long, or for ever. Raises StoppedError or DeadProgramError."""
        with suppress(Empty):
            name, status = self._next_event(seconds)
            raise DeadProgramError(f"{name} ended with status {status}: ending everything.")

    def end(self) -> None:
        """End every program, with force those that do not listen."""
        for program in self._running.values():
            program.terminate()
        for program in self._running.values():
            try:
                program.wait(self._patience)
            except subprocess.TimeoutExpired:
                os.killpg(program.pid, signal.SIGKILL)
                program.wait()

    def _next_event(self, seconds: float | None) -> tuple[str, int]:
        event = self._events.get(timeout=seconds)
        if event is None:
            raise StoppedError
        return event
