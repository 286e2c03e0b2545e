"""Who holds a letter: two workers, leases, and writes of a worker that has lost its letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.database import db
from app.letters.admin_actions import pause_mailing, resume_mailing
from app.letters.delivery import deliver
from app.letters.leases import ClaimedLetter, claim, release, start
from app.letters.models import SuppressedAddress
from app.letters.recording import put_back, record_failure, record_outcome
from app.letters.retry_policy import Outcome, Verdict
from app.letters.run import OVERRIDES, DeliveryRun, DeliverySettings, RunReport
from app.letters.states import EventType, Reason, State
from app.letters.worker import Attempted, DeliveryWorker
from tests.builders import make_person
from tests.fixtures.relay import Relay
from tests.letters.conftest import URGENT, Clock, events, letters, queue, use_relay

SETTINGS = DeliverySettings()
SENT = Outcome(Verdict.ACCEPTED, 250, "Kept")


def claimed_by(worker: str, now: Clock) -> list[ClaimedLetter]:
    claimed = claim(db.session.connection(), worker, now(), at_most=3, lease=SETTINGS.claim_lease)
    db.session.commit()
    return claimed


def started_by(worker: str, letter: ClaimedLetter, now: Clock) -> bool:
    started = start(db.session.connection(), letter, worker, now(), lease=SETTINGS.submit_lease, revision=0)
    db.session.commit()
    return started


def recorded_by(worker: str, letter: ClaimedLetter, now: Clock) -> bool:
    transition = record_outcome(db.session.connection(), letter, worker, SENT, now(), send_again=True)
    db.session.commit()
    return transition is not None


def expired_by(name: str, now: Clock) -> RunReport:
    """What a worker of that name finds overdue."""
    run = DeliveryRun(now)
    DeliveryWorker(run, name).expire_overdue()
    return run.report


def states() -> list[State]:
    return [letter.state for letter in letters()]


def test_no_letter_is_claimed_twice(app: Flask, now: Clock) -> None:
    queue(number=5)
    taken = [letter.id for worker in ("one", "two", "three") for letter in claimed_by(worker, now)]
    assert taken == [letter.id for letter in letters()]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # on SQLite whoever writes is alone
def test_letters_that_another_is_claiming_are_passed_over(app: Flask, database: str, now: Clock) -> None:
    queue(number=5)
    with db.engine.begin() as first, db.engine.begin() as second:
        second.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
        batches = [
            claim(connection, worker, now(), at_most=3, lease=SETTINGS.claim_lease)
            for connection, worker in ((first, "one"), (second, "two"))
        ]
    assert [[letter.id for letter in batch] for batch in batches] == [[1, 2, 3], [4, 5]]


def test_a_letter_that_is_not_due_is_not_claimed(app: Flask, now: Clock) -> None:
    queue()
    now.pass_time(minutes=-1)
    assert claimed_by("one", now) == []
    now.pass_time(minutes=1)
    assert len(claimed_by("one", now)) == 1


def test_a_letter_of_a_paused_mailing_is_not_claimed(app: Flask, now: Clock) -> None:
    queue()
    pause_mailing("mailing:1", make_person().id, now())
    assert claimed_by("one", now) == []


def test_a_letter_goes_through_its_states(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    assert states() == [State.CLAIMED]
    assert started_by("one", letter, now)
    assert states() == [State.SUBMITTING]
    assert recorded_by("one", letter, now)
    assert states() == [State.SENT]


def test_another_worker_can_neither_start_nor_record(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    assert not started_by("two", letter, now)
    assert started_by("one", letter, now)
    assert not recorded_by("two", letter, now)
    assert states() == [State.SUBMITTING]


def test_a_letter_is_started_and_recorded_once(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    assert started_by("one", letter, now)
    assert not started_by("one", letter, now)
    assert recorded_by("one", letter, now)
    assert recorded_by("one", letter, now)  # repeated after a commit whose answer was lost: the same acceptance
    assert events() == []


def test_an_expired_claim_goes_back_to_the_queue_and_its_worker_cannot_start(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    now.moment += SETTINGS.claim_lease + timedelta(seconds=1)
    assert expired_by("two", now).clean
    assert states() == [State.QUEUED]
    assert not started_by("one", letter, now)


def test_a_lease_holds_until_it_ends(app: Flask, now: Clock) -> None:
    queue()
    claimed_by("one", now)
    now.moment += SETTINGS.claim_lease
    expired_by("two", now)
    assert states() == [State.CLAIMED]


def test_a_letter_that_is_being_sent_is_its_workers_until_the_lease_ends(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    started_by("one", letter, now)
    now.moment += SETTINGS.submit_lease
    assert expired_by("two", now).interrupted == 0
    assert states() == [State.SUBMITTING]
    assert recorded_by("one", letter, now)


@pytest.mark.parametrize(("send_again", "state"), [(True, State.QUEUED), (False, State.UNKNOWN)])
def test_a_worker_that_disappeared_while_sending_leaves_an_interruption(
    app: Flask, now: Clock, send_again: bool, state: State
) -> None:
    app.config[OVERRIDES] = {"send_again": send_again}
    queue()
    (letter,) = claimed_by("one", now)
    started_by("one", letter, now)
    now.moment += SETTINGS.submit_lease + timedelta(seconds=1)
    assert expired_by("two", now).interrupted == 1
    assert states() == [state]
    assert [event.detail for event in events(EventType.INTERRUPTED)] == ["one stopped before the outcome was written"]


def test_an_outcome_that_comes_after_the_lease_is_refused_and_remembered(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    started_by("one", letter, now)
    now.moment += SETTINGS.submit_lease + timedelta(seconds=1)
    expired_by("two", now)
    assert not recorded_by("one", letter, now)
    assert states() == [State.QUEUED]
    assert [event.detail for event in events(EventType.TOO_LATE)] == ["accepted: 250 Kept"]


def test_an_outcome_of_an_earlier_attempt_does_not_end_the_later_one(app: Flask, now: Clock) -> None:
    queue()
    (first,) = claimed_by("one", now)
    started_by("one", first, now)
    now.moment += SETTINGS.submit_lease + timedelta(seconds=1)
    expired_by("two", now)
    (second,) = claimed_by("one", now)
    started_by("one", second, now)
    assert not recorded_by("one", first, now)
    assert states() == [State.SUBMITTING]
    assert recorded_by("one", second, now)


def test_a_worker_does_not_take_its_own_leases_away(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    started_by("one", letter, now)
    now.pass_time(days=1)
    assert expired_by("one", now).clean
    assert recorded_by("one", letter, now)


def test_a_clock_that_jumps_back_sends_nothing_twice(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=3)
    deliver(now)
    now.pass_time(hours=-1)
    deliver(now)
    assert len(relay.messages) == 3


def test_releasing_leaves_the_letter_that_was_started(app: Flask, now: Clock) -> None:
    queue(number=3)
    first, *_ = claimed_by("one", now)
    started_by("one", first, now)
    assert release(db.session.connection(), "one") == 2
    db.session.commit()
    assert states() == [State.SUBMITTING, State.QUEUED, State.QUEUED]


def test_a_failure_of_our_own_is_fenced_too(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    connection = db.session.connection()
    assert not record_failure(connection, letter, "two", now(), reason=Reason.WITHHELD, detail="", started=False)
    assert not record_failure(connection, letter, "one", now(), reason=Reason.WITHHELD, detail="", started=True)
    assert record_failure(connection, letter, "one", now(), reason=Reason.WITHHELD, detail="", started=False)
    db.session.commit()
    assert states() == [State.FAILED]


def test_a_letter_does_not_start_while_a_more_urgent_one_waits(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    queue(URGENT, reference="sign-in:1")
    assert not started_by("one", letter, now)
    (urgent,) = claimed_by("two", now)
    assert urgent.precedence == 0
    assert started_by("one", letter, now)


def test_a_paused_mailing_stops_even_letters_already_claimed(app: Flask, relay: Relay, now: Clock) -> None:
    coordinator = make_person().id
    queue(number=4)
    deliver(now, progress=lambda report: _pause_after_first(report, coordinator, now))
    assert len(relay.messages) == 2  # one more was in hand
    assert states() == [State.SENT, State.SENT, State.QUEUED, State.QUEUED]
    assert deliver(now).sent == 0
    resume_mailing("mailing:1", coordinator, now())
    assert deliver(now).sent == 2


def _pause_after_first(report: RunReport, person_id: int, now: Clock) -> None:
    if report.sent == 1:
        pause_mailing("mailing:1", person_id, now())


def test_many_workers_in_turn_send_everything_once(app: Flask, relay: Relay, now: Clock) -> None:
    use_relay(app, relay.url, batch=3)
    queue(number=20)
    run = DeliveryRun(now)
    workers = [DeliveryWorker(run, f"worker {i}") for i in range(4)]
    attempted: list[Attempted | None] = [None] * 4
    started: list[int] = []
    while any(not worker.queue.exhausted for worker in workers):
        for i, worker in enumerate(workers):
            found = worker.step(attempted[i])
            attempted[i] = Attempted(found[0], SENT) if found else None
            started += [found[0].id] if found else []
    assert sorted(started) == [letter.id for letter in letters()]
    assert {letter.state for letter in letters()} == {State.SENT}
    assert run.report.sent == 20


def test_an_urgent_letter_goes_before_those_already_claimed(app: Flask, now: Clock) -> None:
    queue(number=5)
    worker = DeliveryWorker(DeliveryRun(now))
    first = worker.step(None)
    queue(URGENT, reference="sign-in:1")
    following = [worker.step(None) or worker.step(None) for _ in range(3)]
    assert [found and found[0].precedence for found in (first, *following)] == [30, 0, 30, 30]
    assert {letter.state for letter in letters()} == {State.SUBMITTING, State.CLAIMED}


def test_a_letter_resumed_just_after_it_could_not_start_waits_again(app: Flask, now: Clock) -> None:
    queue(number=2)
    first, second = claimed_by("one", now)
    db.session.add(SuppressedAddress(email=second.to_email.lower(), since=now()))
    db.session.commit()
    failed = [put_back(db.session.connection(), letter, "one", now()) for letter in (first, second)]
    db.session.commit()
    assert failed == [None, Reason.SUPPRESSED]
    assert states() == [State.QUEUED, State.FAILED]


def test_the_most_urgent_letter_is_in_the_batch_though_others_were_queued_before(app: Flask, now: Clock) -> None:
    queue(number=5)  # more than a batch
    queue(URGENT, reference="urgent")
    claimed = claimed_by("a", now)
    assert len(claimed) < 6
    assert claimed[0].precedence == URGENT.precedence
