"""A relay that misbehaves: every refusal at every verb, silence, broken connections, greylisting."""

from __future__ import annotations

from collections import Counter
from email.parser import BytesHeaderParser
from hashlib import sha256
from random import Random
from threading import Lock
from zlib import crc32

from tests.crash.accounting import Receipt
from tests.letters.scripted_relay import HANG_UP, SILENCE, TAKE_AND, Got, ScriptedRelay

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
OF_A_LETTER = {"MAIL", "RCPT", "DATA", "CONTENT"}
OF_A_CONNECTION = {"CONNECT", "EHLO"}
OFTENER = 10  # times, since one connection carries many letters
ONE_IN = 25  # senders that the greylist does not know yet


class Faults:
    """Draws an answer for a step, or None for the usual one. `done` counts what was answered, by step and answer."""

    def __init__(self, chance: Random, share: float) -> None:
        self._chance = chance
        self._share = share
        self._known: set[str] = set()
        self.done: Counter[tuple[str, str]] = Counter()

    def draw(self, step: str, sender: str) -> str | None:
        """What to answer at `step` to the letter of `sender`."""
        answer = self._greylist(sender) if step == "RCPT" else None
        share = self._share * OFTENER if step in OF_A_CONNECTION else self._share
        if answer is None and step in ANSWERS and self._chance.random() < share:
            answer = self._chance.choice(ANSWERS[step])
        if answer:
            self.done[step, answer] += 1
        return answer

    def _greylist(self, sender: str) -> str | None:
        if sender in self._known or crc32(sender.encode()) % ONE_IN:
            return None
        self._known.add(sender)
        return GREYLISTED


class FaultyRelay(ScriptedRelay):
    """`receipts`: every letter taken over, written down before the answer; `refused`: senders answered 5xx."""

    def __init__(self, faults: Faults, *, pipelining: bool) -> None:
        super().__init__(pipelining=pipelining)
        self.receipts: list[Receipt] = []
        self.refused: set[str] = set()
        self.faults = faults
        self._one_at_a_time = Lock()

    def next_answer(self, step: str, sender: str) -> str | None:
        with self._one_at_a_time:
            answer = self.faults.draw(step, sender)
            if answer and answer.startswith("5") and step in OF_A_LETTER:
                self.refused.add(sender)
            return answer

    def keep(self, got: Got) -> None:
        headers = BytesHeaderParser().parsebytes(got.raw, headersonly=True)
        receipt = Receipt(headers["Message-ID"], headers["Date"], got.recipient, sha256(got.raw).hexdigest())
        with self._one_at_a_time:
            self.receipts.append(receipt)
