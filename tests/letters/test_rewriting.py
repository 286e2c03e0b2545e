"""A mailing that is rewritten while its letters leave: none has the content of before, none is lost, none doubled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.database import db
from app.letters.delivery import deliver
from app.letters.leases import ClaimedLetter
from app.letters.message import OutgoingMessage
from app.letters.models import Mailing
from app.letters.outbox import rewrite_mailing
from app.letters.retry_policy import Outcome, Verdict
from app.letters.run import DeliveryRun, DeliverySettings
from app.letters.states import State
from app.letters.worker import Attempted, DeliveryWorker
from tests.fixtures.relay import Relay
from tests.letters.conftest import URGENT, Clock, letters, queue

pytestmark = pytest.mark.both_databases
SENT = Outcome(Verdict.ACCEPTED, 250, "Kept")
BEFORE, AFTER = b"Bonjour", b"Rectificatif"


def rewrite() -> None:
    mailing = db.session.scalars(db.select(Mailing).where(Mailing.reference == "mailing:1")).one()
    rewrite_mailing(mailing, "Rectificatif\n", "<p>Rectificatif</p>\n")
    db.session.commit()


def started_by(worker: DeliveryWorker) -> tuple[ClaimedLetter, OutgoingMessage]:
    """The first letter of a worker, which claims others with it."""
    started = worker.step(None)
    assert started
    return started


def finish(worker: DeliveryWorker, letter: ClaimedLetter) -> list[tuple[int, bytes]]:
    """What the worker starts once that letter has left: the ids and messages."""
    attempted: Attempted | None = Attempted(letter, SENT)
    left = []
    for _ in range(20):
        if not attempted and worker.queue.exhausted:
            return left
        found = worker.step(attempted)
        attempted = Attempted(found[0], SENT) if found else None
        left += [(found[0].id, found[1].data)] if found else []
    raise AssertionError("the worker comes to no end")


@pytest.mark.parametrize("urgent", [False, True])
def test_what_a_worker_has_claimed_leaves_with_the_new_content(app: Flask, now: Clock, urgent: bool) -> None:
    queue(number=4)
    worker = DeliveryWorker(DeliveryRun(now))
    letter, message = started_by(worker)
    assert [each.state for each in letters()] == [State.SUBMITTING, *3 * [State.CLAIMED]]
    rewrite()
    if urgent:
        queue(URGENT, reference="sign-in:1", text="Entrez", html="<p>Entrez</p>")
    left = finish(worker, letter)
    assert BEFORE in message.data
    assert [BEFORE in data for _, data in left] == (3 + urgent) * [False]
    assert sum(AFTER in data for _, data in left) == 3
    assert sorted([letter.id, *(id_ for id_, _ in left)]) == [each.id for each in letters()]
    assert {each.state for each in letters()} == {State.SENT}


def test_one_that_may_have_left_goes_again_with_the_new_content_as_the_same_letter(
    app: Flask, relay: Relay, now: Clock
) -> None:
    queue(number=2)
    _, message = started_by(DeliveryWorker(DeliveryRun(now)))  # and the worker is gone
    rewrite()
    now.moment += DeliverySettings().submit_lease + timedelta(seconds=1)
    deliver(now)
    assert [AFTER in each.raw and BEFORE not in each.raw for each in relay.messages] == [True, True]
    assert len({each["Message-ID"] for each in relay.messages}) == 2
    assert any(each["Message-ID"].encode() in message.data for each in relay.messages)
    assert {each.state for each in letters()} == {State.SENT}
