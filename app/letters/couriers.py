"""Who carries letters to the relay: one connection in the thread that asks, or several, each in a thread of its own."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol, cast

from app.failpoints import failpoint
from app.letters.claims import Claimed
from app.letters.conversation import Meanwhile, nothing
from app.letters.outcomes import Outcome
from app.letters.stencils import Addressed
from app.letters.transport import Transport


@dataclass(frozen=True, slots=True)
class Task:
    """A letter in state `submitting`, to be carried."""

    letter: Claimed
    addressed: Addressed


Done = tuple[Task, Outcome]


class Couriers(Protocol):
    """Carries tasks; each one handed over comes back once from `collect`."""

    @property
    def free(self) -> int:
        """How many tasks can be handed over now."""

    def open(self) -> Outcome | None:
        """Reach the relay once before any letter depends on it; the relay's fault when it cannot be reached."""

    def hand(self, task: Task) -> None:
        """Hand over a task; only while `free` is not 0."""

    def collect(self, meanwhile: Meanwhile = nothing) -> list[Done]:
        """Wait for at least one task to be done; `meanwhile` (see `Transport.send`) is for this thread to do."""

    def close(self) -> None:
        """Let go of the connections."""


class OneCourier:
    """One connection, used by the calling thread."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._task: Task | None = None

    @property
    def free(self) -> int:
        return 0 if self._task else 1

    def open(self) -> Outcome | None:
        return self._transport.open()

    def hand(self, task: Task) -> None:
        self._task = task

    def collect(self, meanwhile: Meanwhile = nothing) -> list[Done]:
        task, self._task = self._task, None
        return [(task, carry(self._transport, task, meanwhile))] if task else []

    def close(self) -> None:
        self._transport.close()


class ManyCouriers:
    """Several connections, a thread each. The threads touch nothing but the relay: no database, no settings."""

    def __init__(self, transports: list[Transport]) -> None:
        self._transports = transports
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._done: SimpleQueue[Done | BaseException] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, args=(transport,)) for transport in transports]
        self._free = len(transports)

    @property
    def free(self) -> int:
        return self._free

    def open(self) -> Outcome | None:
        fault = self._transports[0].open()
        if fault is None:
            for thread in self._threads:
                thread.start()
        return fault

    def hand(self, task: Task) -> None:
        self._free -= 1
        self._tasks.put(task)

    def collect(self, meanwhile: Meanwhile = nothing) -> list[Done]:
        meanwhile()
        results = [self._done.get()]
        while not self._done.empty():
            results.append(self._done.get())
        self._free += len(results)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return cast("list[Done]", results)

    def close(self) -> None:
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _work(self, transport: Transport) -> None:
        while task := self._tasks.get():
            try:
                self._done.put((task, carry(transport, task)))
            except BaseException as error:  # a fault of ours: raised by `collect`, in the thread that can tell of it
                self._done.put(error)
        transport.close()


def carry(transport: Transport, task: Task, meanwhile: Meanwhile = nothing) -> Outcome:
    """Offer one letter to the relay."""
    addressed = task.addressed
    outcome = transport.send(addressed.sender, addressed.recipient, addressed.data, meanwhile)
    failpoint("answered")
    return outcome
