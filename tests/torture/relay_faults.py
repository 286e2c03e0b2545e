"""What a relay answers when it misbehaves: every refusal at every verb, silence, broken connections, greylisting."""

from __future__ import annotations

from collections import Counter
from random import Random
from zlib import crc32

from tests.letters.scripted_relay import HANG_UP, SILENCE, TAKE_AND

REFUSALS = ("421 4.3.2 closing", "450 4.2.1 mailbox busy", "451 4.3.0 local error", "550 5.7.1 refused")
AT_A_VERB = (*REFUSALS, HANG_UP, SILENCE)
ANSWERS = {
    "CONNECT": AT_A_VERB,
    "EHLO": AT_A_VERB,
    "MAIL": AT_A_VERB,
    "RCPT": AT_A_VERB,
    "DATA": AT_A_VERB,
    "MID-CONTENT": (HANG_UP,),
    "CONTENT": (*AT_A_VERB, TAKE_AND + HANG_UP, TAKE_AND + SILENCE),
}
GREYLISTED = "451 4.7.1 greylisted, come back"
OF_A_CONNECTION = {"CONNECT", "EHLO"}
OFTENER = 10  # times, since one connection carries many letters
ONE_IN = 25  # senders that the greylist does not know yet


class RelayFaults:
    """Draws an answer for a step, or None for the usual one. `done` counts what was answered, by step and answer."""

    def __init__(self, rng: Random, share: float) -> None:
        self._rng = rng
        self._share = share
        self._known: set[str] = set()
        self.done: Counter[tuple[str, str]] = Counter()

    def draw(self, step: str, sender: str) -> str | None:
        """What to answer at `step` to the letter of `sender`."""
        answer = self._greylist(sender) if step == "RCPT" else None
        share = self._share * OFTENER if step in OF_A_CONNECTION else self._share
        if answer is None and step in ANSWERS and self._rng.random() < share:
            answer = self._rng.choice(ANSWERS[step])
        if answer:
            self.done[step, answer] += 1
        return answer

    def _greylist(self, sender: str) -> str | None:
        if sender in self._known or crc32(sender.encode()) % ONE_IN:
            return None
        self._known.add(sender)
        return GREYLISTED
