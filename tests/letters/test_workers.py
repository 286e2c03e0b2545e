"""Several workers at once, each with connections of its own to the database and to the relay."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from app.letters.states import State
from app.letters.worker import deliver
from tests.fixtures.relay import Relay
from tests.letters.conftest import Clock, letters, queue, use_relay

pytestmark = pytest.mark.both_databases

WORKERS = 3
LETTERS = 40


def test_workers_at_once_send_every_letter_once(app: Flask, relay: Relay, now: Clock) -> None:
    use_relay(app, relay.url, batch=4)
    queue(number=LETTERS)
    sent: list[int] = []
    together = threading.Barrier(WORKERS)

    def work() -> None:
        with app.app_context():
            together.wait()
            sent.append(deliver(now).sent)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == LETTERS
    assert len({received["Message-ID"] for received in relay.messages}) == len(relay.messages) == LETTERS
    assert {letter.state for letter in letters()} == {State.SENT}
