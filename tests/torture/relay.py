"""The relay of the harness: misbehaves, and keeps an account of what it took over and what it refused for good."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from hashlib import sha256
from threading import Lock

from tests.letters.scripted_relay import Got, ScriptedRelay
from tests.torture.mischief import Mischief
from tests.torture.reckoning import Receipt

OF_A_LETTER = {"MAIL", "RCPT", "DATA", "CONTENT"}


class TorturingRelay(ScriptedRelay):
    """`receipts`: every letter taken over, written down before the answer; `refused`: senders answered 5xx."""

    def __init__(self, mischief: Mischief, *, pipelining: bool) -> None:
        super().__init__(pipelining=pipelining)
        self.receipts: list[Receipt] = []
        self.refused: set[str] = set()
        self.mischief = mischief
        self._one_at_a_time = Lock()

    def next_answer(self, step: str, sender: str) -> str | None:
        with self._one_at_a_time:
            answer = self.mischief.draw(step, sender)
            if answer and answer.startswith("5") and step in OF_A_LETTER:
                self.refused.add(sender)
            return answer

    def keep(self, got: Got) -> None:
        headers = BytesHeaderParser().parsebytes(got.raw, headersonly=True)
        receipt = Receipt(headers["Message-ID"], headers["Date"], got.recipient, sha256(got.raw).hexdigest())
        with self._one_at_a_time:
            self.receipts.append(receipt)
