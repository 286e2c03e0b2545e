"""Beginning letters: off the pile, `submitting` in the database, made, and ready for a courier. Never commits."""

from __future__ import annotations

import logging

from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from app.letters.claims import Claimed, begin
from app.letters.conclusions import fail, withdraw
from app.letters.couriers import Task
from app.letters.headers import BadAddressError
from app.letters.kinds import UnsubscribedError, WithheldError
from app.letters.pile import Pile
from app.letters.run import Run
from app.letters.states import Reason
from app.letters.stencils import Stencils
from app.letters.tally import Tally

log = logging.getLogger(__name__)


class Starter:
    """Begins the letters of a pile for one worker."""

    def __init__(self, run: Run, pile: Pile, stencils: Stencils) -> None:
        self._run = run
        self._pile = pile
        self._stencils = stencils

    def begin_letters(self, connection: Connection, wanted: int, change: Tally) -> list[Task]:
        """Begin up to `wanted` letters; those that must not leave are put down and counted in `change`."""
        tasks: list[Task] = []
        while len(tasks) < wanted and (letter := self._pile.next()):
            if self._begin(connection, letter, change) and (task := self._make(connection, letter, change)):
                tasks.append(task)
        return tasks

    def _begin(self, connection: Connection, letter: Claimed, change: Tally) -> bool:
        run, now = self._run, self._run.now()
        if begin(connection, letter, run.worker, now, run.terms):
            return True
        if self._pile.overtake(connection, letter, now):
            return False
        if begin(connection, letter, run.worker, now, run.terms, hurry=True):  # others have the more urgent ones
            return True
        change.failed += withdraw(connection, letter, run.worker, now)
        return False

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
