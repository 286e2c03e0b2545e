"""Beginning letters: off the pile, `submitting` in the database, made, and ready for a courier. Never commits."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.letters.claims import Claimed, begin, start_to_begin
from app.letters.conclusions import fail, withdraw
from app.letters.couriers import Task
from app.letters.headers import BadAddressError
from app.letters.kinds import UnsubscribedError, WithheldError
from app.letters.pile import Pile
from app.letters.ready import Started
from app.letters.run import Run
from app.letters.states import Reason
from app.letters.stencils import Stencils
from app.letters.tally import Tally

Beginning = tuple[Claimed, Started]

log = logging.getLogger(__name__)


class Starter:
    """Begins the letters of a pile for one worker."""

    def __init__(self, run: Run, pile: Pile, stencils: Stencils) -> None:
        self._run = run
        self._pile = pile
        self._stencils = stencils

    def start(self, connection: Connection, wanted: int) -> list[Beginning]:
        """Begin up to `wanted` letters of the pile, without waiting for the answers."""
        run, now = self._run, self._run.now()
        return [
            (letter, start_to_begin(connection, letter, run.worker, now, run.terms))
            for letter in self._pile.take(wanted)
        ]

    def make_tasks(self, connection: Connection, beginnings: Iterable[Beginning], change: Tally) -> list[Task]:
        """The tasks of what was started; letters that must not leave are put down and counted in `change`."""
        begun = self._sort_out(connection, beginnings, change)
        tasks = [self._make(connection, letter, change) for letter in begun]
        return [task for task in tasks if task]

    def _sort_out(self, connection: Connection, beginnings: Iterable[Beginning], change: Tally) -> list[Claimed]:
        """The letters that have begun. Once one was overtaken, the others that have not begun wait behind as well."""
        run, now = self._run, self._run.now()
        begun, overtaken = [], False
        for letter, started in beginnings:
            if started.changed == 1:
                begun.append(letter)
            elif overtaken or self._pile.overtake(connection, letter, now):
                if overtaken:
                    self._pile.put_back(letter)
                overtaken = True
            elif begin(connection, letter, run.worker, now, run.terms, hurry=True):  # others have the more urgent ones
                begun.append(letter)
            else:
                change.failed += withdraw(connection, letter, run.worker, now)
        return begun

    def _make(self, connection: Connection, letter: Claimed, change: Tally) -> Task | None:
        try:
            return Task(letter, self._stencils.make(connection, letter))
        except SQLAlchemyError:
            raise
        except Exception as error:
            reason, detail = _explain(error, letter)
            worker, now = self._run.worker, self._run.now()
            change.failed += fail(connection, letter, worker, now, reason=reason, detail=detail, begun=True)
            return None


def _explain(error: Exception, letter: Claimed) -> tuple[Reason, str]:
    match error:
        case BadAddressError():
            return Reason.BAD_ADDRESS, str(error)
        case WithheldError():
            return Reason.WITHHELD, str(error)
        case UnsubscribedError():
            return Reason.UNSUBSCRIBED, ""
    log.error("letter %d could not be made", letter.id, exc_info=error)
    return Reason.UNREADABLE, f"{type(error).__name__}: {error}"
