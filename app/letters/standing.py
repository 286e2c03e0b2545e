"""How the letters of an edition stand, in the words of docs/delivery.md, and what may be decided about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from app.letters.states import Act, Reason, State

NEVER_RETRIED = (Reason.PERSON_GONE, Reason.UNSUBSCRIBED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many letters in each state; those in a worker's hands count as queued.

    Two sorts of the failed ones are counted apart: `unsubscribed`, and `gone`, whose person was deleted.
    """

    sent: int = 0
    queued: int = 0
    deferred: int = 0
    failed: int = 0
    unknown: int = 0
    unsubscribed: int = 0
    gone: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[State, Reason | None, int]]) -> Self:
        """From the number of letters in each state and for each reason."""
        states: Counter[State] = Counter()
        reasons: Counter[Reason | None] = Counter()
        for state, reason, number in rows:
            states[state] += number
            reasons[reason if state is State.FAILED else None] += number
        return cls(
            sent=states[State.SENT],
            queued=states[State.QUEUED] + states[State.CLAIMED] + states[State.SUBMITTING],
            deferred=states[State.DEFERRED],
            failed=states[State.FAILED],
            unknown=states[State.UNKNOWN],
            unsubscribed=reasons[Reason.UNSUBSCRIBED],
            gone=reasons[Reason.PERSON_GONE],
        )

    @property
    def total(self) -> int:
        return self.sent + self.waiting + self.failed + self.unknown

    @property
    def waiting(self) -> int:
        """Letters that are still to leave."""
        return self.queued + self.deferred

    @property
    def held_up(self) -> bool:
        """Whether the relay has said "later" and has not taken one letter yet."""
        return bool(self.deferred) and not (self.sent or self.unknown)

    def may(self, act: Act, *, paused: bool) -> bool:
        """Whether `act` would do something."""
        match act:
            case Act.PAUSE:
                return not paused and self.waiting > 0
            case Act.RESUME:
                return paused
            case Act.RETRY:
                return self.deferred + self.failed > self.unsubscribed + self.gone
            case Act.SEND_AGAIN | Act.TAKE_AS_SENT:
                return self.unknown > 0
            case _:
                return False
