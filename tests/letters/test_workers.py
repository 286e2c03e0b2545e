"""Several workers at once, each with connections of its own to the database and to the relay."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from app.database import db
from app.letters.delivery import deliver
from app.letters.models import Relay
from app.letters.retry_policy import Outcome, Verdict, relay_fault
from app.letters.run import DeliveryRun, RunReport
from app.letters.states import State
from app.letters.worker import DeliveryWorker
from tests.fixtures.relay import Relay as SmtpRelay
from tests.letters.conftest import Clock, letters, queue, use_relay
from tests.threads import while_under_way

pytestmark = pytest.mark.both_databases

WORKERS = 3
LETTERS = 40


def test_workers_at_once_send_every_letter_once(app: Flask, relay: SmtpRelay, now: Clock) -> None:
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


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite's writers exclude each other
def test_an_error_at_the_moment_of_a_success_ends_with_the_next_success(app: Flask, now: Clock) -> None:
    db.session.add(Relay(id=1, consecutive_errors=0, last_error=""))
    db.session.commit()
    run = DeliveryRun(now)

    def record(outcome: Outcome) -> None:
        worker = DeliveryWorker(run)
        with worker._transaction() as connection:
            worker._record_relay(connection, outcome, RunReport())

    accepted = Outcome(Verdict.ACCEPTED, 250, "Kept")
    fault = relay_fault("421 too many connections")
    assert while_under_way(app, "UPDATE relay", lambda: record(accepted), lambda: record(fault)) is None
    record(accepted)
    db.session.rollback()
    row = db.session.scalars(db.select(Relay)).one()
    assert (row.consecutive_errors, row.failing_since) == (0, None)
