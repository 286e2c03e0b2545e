"""Beginning letters: off the pile, `submitting` in the database, made, and ready for a courier. Never commits."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from app.letters.claims import UNBARRED, Barred, Claimed, begin
from app.letters.conclusions import fail, withdraw
from app.letters.couriers import Task
from app.letters.headers import BadAddressError
from app.letters.kinds import UnsubscribedError, WithheldError
from app.letters.pile import Pile
from app.letters.run import Run
from app.letters.states import Reason
from app.letters.stencils import Addressed, Prepared, Stencils, barred
from app.letters.tally import Tally
from app.ready import Started

log = logging.getLogger(__name__)


Made = Addressed | Exception  # an exception says why it cannot be made


@dataclass(slots=True)
class Draft:
    """A letter off the pile. `made` is None while nobody has tried."""

    letter: Claimed
    mailing: Prepared | None = None
    barred: Barred = UNBARRED
    made: Made | None = None

    @property
    def is_made(self) -> bool:
        """Whether there is something to send."""
        return isinstance(self.made, Addressed)


Beginning = tuple[Draft, Started]


class Starter:
    """Begins the letters of a pile for one worker."""

    def __init__(self, run: Run, pile: Pile, stencils: Stencils) -> None:
        self._run = run
        self._pile = pile
        self._stencils = stencils
        self._ahead: dict[int, Made] = {}

    def make_ahead(self, wanted: int) -> None:
        """Make up to `wanted` of the letters that come next, as far as that is possible without the database.

        Raises nothing, for a letter is in doubt meanwhile: what is not made ahead is made when it begins.
        """
        for letter in self._pile.first(wanted):
            mailing = self._stencils.known(letter)
            if mailing and mailing.kind.apart:
                with suppress(DBAPIError):
                    self._ahead[letter.id] = self._make(letter, mailing)

    def take(self, connection: Connection, wanted: int) -> list[Draft]:
        """Up to `wanted` letters of the pile. What was made ahead and is not among them is forgotten."""
        drafts = [self._draft(connection, letter) for letter in self._pile.take(wanted)]
        self._ahead.clear()
        return drafts

    def start(self, connection: Connection, drafts: Iterable[Draft]) -> list[Beginning]:
        """Begin the letters without waiting for the answers, and make meanwhile what can be made apart."""
        run, now = self._run, self._run.now()
        beginnings = [
            (draft, begin(connection, draft.letter, run.worker, now, run.terms, barred=draft.barred))
            for draft in drafts
        ]
        for draft, _started in beginnings:
            if draft.mailing and draft.mailing.kind.apart and not draft.made:
                draft.made = self._make(draft.letter, draft.mailing)
        return beginnings

    def make_tasks(self, connection: Connection, beginnings: Iterable[Beginning], change: Tally) -> list[Task]:
        """The tasks of what was started; letters that must not leave are put down and counted in `change`."""
        begun = self._sort_out(connection, beginnings, change)
        tasks = [self._task(connection, draft, change) for draft in begun]
        return [task for task in tasks if task]

    def _draft(self, connection: Connection, letter: Claimed) -> Draft:
        try:
            mailing = self._stencils.find(connection, letter)
            return Draft(letter, mailing, barred(letter, mailing), self._ahead.get(letter.id))
        except DBAPIError:  # not the letter's fault: the transaction is over
            raise
        except Exception as error:
            return Draft(letter, made=error)

    def _sort_out(self, connection: Connection, beginnings: Iterable[Beginning], change: Tally) -> list[Draft]:
        """The letters that have begun. Once one was overtaken, the others that have not begun wait behind as well."""
        run, now = self._run, self._run.now()
        begun, overtaken = [], False
        for draft, started in beginnings:
            letter, bars = draft.letter, draft.barred
            if started.changed == 1:
                begun.append(draft)
            elif overtaken or self._pile.overtake(connection, letter, now):
                if overtaken:
                    self._pile.put_back(letter)
                overtaken = True
            elif begin(connection, letter, run.worker, now, run.terms, barred=bars, hurry=True).changed == 1:
                begun.append(draft)  # others have the more urgent ones
            else:
                change.failed += withdraw(connection, letter, run.worker, now, bars)
        return begun

    def _task(self, connection: Connection, draft: Draft, change: Tally) -> Task | None:
        if draft.mailing and not draft.made:
            draft.made = self._make(draft.letter, draft.mailing)
        if isinstance(draft.made, Addressed):
            return Task(draft.letter, draft.made)
        reason, detail = _explain(draft.made, draft.letter)
        worker, now = self._run.worker, self._run.now()
        change.failed += fail(connection, draft.letter, worker, now, reason=reason, detail=detail, begun=True)
        return None

    def _make(self, letter: Claimed, mailing: Prepared) -> Made:
        try:
            return self._stencils.make(letter, mailing)
        except DBAPIError:
            raise
        except Exception as error:
            return error


def _explain(error: Exception | None, letter: Claimed) -> tuple[Reason, str]:
    match error:
        case BadAddressError():
            return Reason.BAD_ADDRESS, str(error)
        case WithheldError():
            return Reason.WITHHELD, str(error)
        case UnsubscribedError():
            return Reason.UNSUBSCRIBED, ""
    log.error("letter %d could not be made", letter.id, exc_info=error)
    return Reason.UNREADABLE, f"{type(error).__name__}: {error}"
