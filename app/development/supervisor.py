"""Child processes that live and end together: when one of them exits, or on a signal, all of them are ended.

Not honcho: it puts a name before each line that a child prints, waits for no child (the migration, the demonstration)
before it starts the others, ignores SIGHUP, and exits with 130 on Ctrl-C.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread


class StopRequestedError(Exception):
    """Somebody has asked for the end, with Ctrl-C or a signal."""


class ProcessExitedError(Exception):
    """A process has exited that should not have."""


class Supervisor:
    """Starts processes, each in a session of its own so that Ctrl-C reaches this process alone, which ends them.

    `patience`: how many seconds a process has to exit on SIGTERM before it is killed.
    """

    def __init__(self, env: Mapping[str, str], folder: Path, patience: float = 10) -> None:
        self._env = env
        self._folder = folder
        self._patience = patience
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._events: SimpleQueue[tuple[str, int] | None] = SimpleQueue()  # name and status; None: a signal

    def handle_signals(self) -> None:
        """Take Ctrl-C, SIGTERM and the closing of the terminal as the request to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._events.put(None))

    def start(self, name: str, *command: str) -> None:
        """Start a process that should run until the end; `name` is for messages."""
        process = subprocess.Popen(command, env=self._env, cwd=self._folder, start_new_session=True)  # noqa: S603
        self._running[name] = process
        Thread(target=lambda: self._events.put((name, process.wait())), daemon=True).start()

    def run(self, name: str, *command: str) -> None:
        """Run a process until it exits. Raises ProcessExitedError when it fails, StopRequestedError on a signal."""
        self.start(name, *command)
        exited, status = self._next_event(None)
        if exited != name or status != 0:
            raise ProcessExitedError(f"{exited} ended with status {status}.")
        del self._running[name]

    def watch(self, seconds: float | None = None) -> None:
        """Wait for so long, None: for ever. Raises StopRequestedError, or ProcessExitedError when a process exits."""
        with suppress(Empty):
            name, status = self._next_event(seconds)
            raise ProcessExitedError(f"{name} ended with status {status}: ending everything.")

    def end(self) -> None:
        """Terminate every process, and kill those that do not exit in time with their own children."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(self._patience)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _next_event(self, seconds: float | None) -> tuple[str, int]:
        event = self._events.get(timeout=seconds)
        if event is None:
            raise StopRequestedError
        return event
