"""Who holds a letter: two workers, leases, and writes of a worker that has lost its letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.database import db
from app.letters.claims import Claimed, begin, claim, release
from app.letters.clerk import Clerk
from app.letters.conclusions import conclude, fail, withdraw
from app.letters.couriers import Done
from app.letters.delivery import deliver
from app.letters.desk import Desk
from app.letters.models import SuppressedAddress
from app.letters.outcomes import Outcome, Verdict
from app.letters.run import Run
from app.letters.service import pause_edition, resume_edition
from app.letters.states import Reason, State, What
from app.letters.stencils import Stencils
from app.letters.tally import Tally
from app.letters.terms import Terms
from tests.builders import make_person
from tests.fixtures.relay import Relay
from tests.letters.conftest import URGENT, Clock, events, letters, queue

pytestmark = pytest.mark.both_databases

TERMS = Terms(batch=3)
STENCILS = Stencils("Bulletins <b@bulletins.example>", "secret")
SENT = Outcome(Verdict.ACCEPTED, 250, "Kept")


def claimed_by(worker: str, now: Clock, terms: Terms = TERMS) -> list[Claimed]:
    taken = claim(db.session.connection(), worker, now(), terms)
    db.session.commit()
    return taken


def begun_by(worker: str, letter: Claimed, now: Clock) -> bool:
    begun = begin(db.session.connection(), letter, worker, now(), TERMS).changed == 1
    db.session.commit()
    return begun


def concluded_by(worker: str, letter: Claimed, now: Clock, outcome: Outcome = SENT) -> bool:
    settlement = conclude(db.session.connection(), letter, worker, outcome, now(), send_again=True)
    db.session.commit()
    return settlement is not None


def stock_taken(worker: str, now: Clock, terms: Terms = TERMS) -> Tally:
    """What a worker named so finds overdue."""
    with Desk(relaxed=False) as desk:
        clerk = Clerk(Run(now, terms, worker), desk, STENCILS)
        clerk.take_stock()
        return clerk.tally


def states() -> list[State]:
    return [letter.state for letter in letters()]


def test_no_letter_is_claimed_twice(app: Flask, now: Clock) -> None:
    queue(number=5)
    taken = [letter.id for worker in ("one", "two", "three") for letter in claimed_by(worker, now)]
    assert taken == [letter.id for letter in letters()]


def test_a_letter_goes_through_its_states(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    assert states() == [State.CLAIMED]
    assert begun_by("one", letter, now)
    assert states() == [State.SUBMITTING]
    assert concluded_by("one", letter, now)
    assert states() == [State.SENT]


def test_another_worker_can_neither_begin_nor_conclude(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    assert not begun_by("two", letter, now)
    assert begun_by("one", letter, now)
    assert not concluded_by("two", letter, now)
    assert states() == [State.SUBMITTING]


def test_a_letter_is_begun_and_concluded_once(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    assert begun_by("one", letter, now)
    assert not begun_by("one", letter, now)
    assert concluded_by("one", letter, now)
    assert concluded_by("one", letter, now)  # written again by a turn that is repeated: the same acceptance
    assert events() == []


def test_an_expired_claim_goes_back_to_the_queue_and_its_worker_cannot_begin(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    now.moment += TERMS.claim_lease + timedelta(seconds=1)
    assert stock_taken("two", now).clean
    assert states() == [State.QUEUED]
    assert not begun_by("one", letter, now)


def test_a_lease_holds_until_it_ends(app: Flask, now: Clock) -> None:
    queue()
    claimed_by("one", now)
    now.moment += TERMS.claim_lease
    stock_taken("two", now)
    assert states() == [State.CLAIMED]


@pytest.mark.parametrize(("send_again", "state"), [(True, State.QUEUED), (False, State.UNKNOWN)])
def test_a_worker_that_disappeared_while_sending_leaves_an_interruption(
    app: Flask, now: Clock, send_again: bool, state: State
) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    begun_by("one", letter, now)
    now.moment += TERMS.submit_lease + timedelta(seconds=1)
    assert stock_taken("two", now, Terms(send_again=send_again)).interrupted == 1
    assert states() == [state]
    assert [event.detail for event in events(What.INTERRUPTED)] == ["one stopped before the outcome was written"]


def test_an_outcome_that_comes_after_the_lease_is_refused_and_remembered(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    begun_by("one", letter, now)
    now.moment += TERMS.submit_lease + timedelta(seconds=1)
    stock_taken("two", now)
    assert not concluded_by("one", letter, now)
    assert states() == [State.QUEUED]
    assert [event.detail for event in events(What.TOO_LATE)] == ["accepted: 250 Kept"]


def test_an_outcome_of_an_earlier_attempt_does_not_conclude_the_later_one(app: Flask, now: Clock) -> None:
    queue()
    (first,) = claimed_by("one", now)
    begun_by("one", first, now)
    now.moment += TERMS.submit_lease + timedelta(seconds=1)
    stock_taken("two", now)
    (second,) = claimed_by("one", now)
    begun_by("one", second, now)
    assert not concluded_by("one", first, now)
    assert states() == [State.SUBMITTING]
    assert concluded_by("one", second, now)


def test_a_worker_does_not_take_its_own_leases_away(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    begun_by("one", letter, now)
    now.pass_time(days=1)
    assert stock_taken("one", now).clean
    assert concluded_by("one", letter, now)


def test_a_clock_that_jumps_back_sends_nothing_twice(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=3)
    deliver(now)
    now.pass_time(hours=-1)
    deliver(now)
    assert len(relay.messages) == 3


def test_giving_back_leaves_the_letter_that_was_begun(app: Flask, now: Clock) -> None:
    queue(number=3)
    first, *_ = claimed_by("one", now)
    begun_by("one", first, now)
    assert release(db.session.connection(), "one") == 2
    db.session.commit()
    assert states() == [State.SUBMITTING, State.QUEUED, State.QUEUED]


def test_a_failure_of_our_own_is_fenced_too(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    connection = db.session.connection()
    assert not fail(connection, letter, "two", now(), reason=Reason.WITHHELD, detail="", begun=False)
    assert not fail(connection, letter, "one", now(), reason=Reason.WITHHELD, detail="", begun=True)
    assert fail(connection, letter, "one", now(), reason=Reason.WITHHELD, detail="", begun=False)
    db.session.commit()
    assert states() == [State.FAILED]


def test_a_letter_does_not_begin_while_a_more_urgent_one_waits(app: Flask, now: Clock) -> None:
    queue()
    (letter,) = claimed_by("one", now)
    queue(URGENT, reference="sign-in:1")
    assert not begun_by("one", letter, now)
    (urgent,) = claimed_by("two", now)
    assert urgent.precedence == 0
    assert begun_by("one", letter, now)


def test_a_paused_edition_stops_even_letters_already_claimed(app: Flask, relay: Relay, now: Clock) -> None:
    coordinator = make_person().id
    queue(number=4)
    deliver(now, progress=lambda tally: _pause_after_first(tally, coordinator, now))
    assert len(relay.messages) == 2  # one more was in hand
    assert states() == [State.SENT, State.SENT, State.QUEUED, State.QUEUED]
    assert deliver(now).sent == 0
    resume_edition("edition:1", coordinator, now())
    assert deliver(now).sent == 2


def _pause_after_first(tally: Tally, person_id: int, now: Clock) -> None:
    if tally.sent == 1:
        pause_edition("edition:1", person_id, now())


def test_many_workers_at_once_send_everything_once(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=20)
    done: dict[int, list[Done]] = {i: [] for i in range(4)}
    begun: list[int] = []
    with Desk(relaxed=False) as desk:
        clerks = [Clerk(Run(now, TERMS, f"worker {i}"), desk, STENCILS) for i in range(4)]
        while any(not clerk.exhausted for clerk in clerks):
            for i, clerk in enumerate(clerks):
                tasks = clerk.turn(done[i], 1)
                begun += [task.letter.id for task in tasks]
                done[i] = [(task, SENT) for task in tasks]
    assert sorted(begun) == [letter.id for letter in letters()]
    assert {letter.state for letter in letters()} == {State.SENT}
    assert sum(clerk.tally.sent for clerk in clerks) == 20


def test_an_urgent_letter_goes_before_all_that_were_to_begin_at_once(app: Flask, now: Clock) -> None:
    queue(number=6)
    with Desk(relaxed=False) as desk:
        clerk = Clerk(Run(now, Terms(), "one"), desk, STENCILS)
        assert [task.letter.id for task in clerk.turn([], 1)] == [1]
        queue(URGENT, reference="sign-in:1")
        tasks = clerk.turn([], 3)
    assert [task.letter.precedence for task in tasks] == [0, 30, 30]
    assert {letter.state for letter in letters()} == {State.SUBMITTING, State.CLAIMED}


def test_a_letter_resumed_just_after_it_could_not_begin_waits_again(app: Flask, now: Clock) -> None:
    queue(number=2)
    first, second = claimed_by("one", now)
    db.session.add(SuppressedAddress(address=second.to_address.lower(), since=now()))
    db.session.commit()
    failed = [withdraw(db.session.connection(), letter, "one", now()) for letter in (first, second)]
    db.session.commit()
    assert failed == [False, True]
    assert states() == [State.QUEUED, State.FAILED]


def test_the_most_urgent_letter_is_in_the_batch_though_others_were_queued_before(app: Flask, now: Clock) -> None:
    queue(number=5)  # more than a batch
    queue(URGENT, reference="urgent")
    claimed = claimed_by("a", now)
    assert len(claimed) < 6
    assert claimed[0].key == "urgent:0"
