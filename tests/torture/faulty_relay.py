"""The relay of the harness: misbehaves, and keeps an account of what it took over and what it refused for good."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from hashlib import sha256
from threading import Lock

from tests.letters.scripted_relay import Got, ScriptedRelay
from tests.torture.accounting import Receipt
from tests.torture.relay_faults import RelayFaults

OF_A_LETTER = {"MAIL", "RCPT", "DATA", "CONTENT"}


class FaultyRelay(ScriptedRelay):
    """`receipts`: every letter taken over, written down before the answer; `refused`: senders answered 5xx."""

    def __init__(self, faults: RelayFaults, *, pipelining: bool) -> None:
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
