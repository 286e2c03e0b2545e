"""The letters that one worker has claimed, the most urgent first."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from itertools import islice

from sqlalchemy.engine import Connection

from app.letters.claims import Claimed, claim
from app.letters.run import Run


class Pile:
    """Claims batches as needed. `exhausted`: at the last look there was nothing to claim."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._letters: deque[Claimed] = deque()
        self.exhausted = False

    def __len__(self) -> int:
        return len(self._letters)

    def take(self, wanted: int) -> list[Claimed]:
        """Up to `wanted` letters to send next."""
        return [self._letters.popleft() for _ in range(min(wanted, len(self._letters)))]

    def first(self, wanted: int) -> list[Claimed]:
        """The letters that `take` would give."""
        return list(islice(self._letters, wanted))

    def put_back(self, letter: Claimed) -> None:
        """Send `letter` after all the others."""
        self._letters.append(letter)

    def refill(self, connection: Connection) -> None:
        """Claim another batch."""
        self._letters.extend(claim(connection, self._run.worker, self._run.now(), self._run.terms))
        self.exhausted = not self._letters

    def overtake(self, connection: Connection, letter: Claimed, now: datetime) -> bool:
        """Claim what is more urgent than `letter` and put it first, `letter` behind; False when there is nothing."""
        urgent = claim(connection, self._run.worker, now, self._run.terms, before=letter.precedence)
        self._letters.extendleft(reversed([*urgent, letter] if urgent else []))
        return bool(urgent)

    def forget(self) -> None:
        """Forget the letters; their leases are for the database to end."""
        self._letters.clear()
        self.exhausted = False
