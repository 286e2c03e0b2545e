"""What a kind of letters says may keep one back, looked at when it begins; and letters made before they begin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, exists, select
from sqlalchemy.exc import OperationalError

from app.database import db
from app.extensions import settings
from app.letters import clerk, kinds
from app.letters.clerk import Clerk
from app.letters.delivery import deliver
from app.letters.desk import Desk
from app.letters.kinds import Bar, Kind, LetterFacts
from app.letters.models import SuppressedAddress
from app.letters.run import Run
from app.letters.states import Reason, State
from app.letters.stencils import Stencils
from app.letters.tally import Tally
from app.letters.terms import get_terms
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, Clock, addresses_of, letters, queue, use_relay

HAS_LEFT = exists().where(SuppressedAddress.address == bindparam("who"))


def leave(letter_id: int) -> None:
    """The reader of that letter wants it no longer."""
    db.session.add(SuppressedAddress(address=f"left:{letter_id}", since=FRIDAY))
    db.session.commit()


def stumbling(facts: LetterFacts) -> dict[str, str]:
    if facts.id == 2:
        raise ZeroDivisionError("a fault of ours")
    return addresses_of(facts)


@pytest.fixture(autouse=True)
def barred_kind(own_kinds: None) -> None:
    """Weekly letters that are made apart, and not sent to who has left."""
    register()


def register(**changes: object) -> None:
    common = {"unsubscribable": True, "apart": True, "addresses": addresses_of} | changes
    bars = (Bar(Reason.WITHHELD, HAS_LEFT, "not wanted any more"),)
    who = {"bars": bars, "bar_values": lambda facts: {"who": f"left:{facts.id}"}}
    kinds.register(Kind("weekly", 30, timedelta(hours=72), **common, **who))  # type: ignore[arg-type]


def test_a_letter_that_its_kind_bars_never_begins(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=3)
    leave(2)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 1)
    barred = letters()[1]
    assert (barred.state, barred.reason, barred.smtp_text) == (State.FAILED, Reason.WITHHELD, "not wanted any more")
    assert barred.attempts == 0
    assert len(relay.messages) == 2


@pytest.mark.parametrize("connections", [1, 3])
def test_who_leaves_when_the_letter_is_made_and_not_begun_gets_nothing(
    app: Flask, relay: Relay, now: Clock, connections: int
) -> None:
    use_relay(app, relay.url, connections=connections)
    queue(number=12)

    left: list[int] = []

    def leave_in_the_middle(tally: Tally) -> None:
        if tally.sent and not left:
            left.append(12)
            leave(12)

    counts = deliver(now, progress=leave_in_the_middle)
    assert (counts.sent, counts.failed) == (11, 1)
    assert letters()[11].reason is Reason.WITHHELD


@pytest.mark.parametrize("connections", [1, 3])
def test_letters_made_ahead_arrive_once_each_with_its_own_addresses(
    app: Flask, relay: Relay, now: Clock, connections: int
) -> None:
    use_relay(app, relay.url, connections=connections, batch=4)
    queue(number=10)
    assert deliver(now).sent == 10
    received = {message["To"]: message["List-Unsubscribe"] for message in relay.messages}
    addressed = {f"{letter.to_name} <{letter.to_address}>": letter.id for letter in letters()}
    assert len(relay.messages) == 10
    assert received == {
        to: f"<https://bulletins.example/unsubscribe/{letter_id}>" for to, letter_id in addressed.items()
    }


def test_a_letter_that_cannot_be_made_ahead_fails_alone(app: Flask, relay: Relay, now: Clock) -> None:
    register(addresses=stumbling)
    queue(number=3)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 1)
    assert letters()[1].reason is Reason.UNREADABLE
    assert letters()[1].attempts == 1


def test_what_the_letters_of_a_mailing_share_is_looked_up_once(app: Flask, relay: Relay, now: Clock) -> None:
    asked: list[str] = []

    def addresses(facts: LetterFacts) -> dict[str, str]:
        return {"read_url": facts.shared, "unsubscribe_url": "https://bulletins.example/u"}

    def share(reference: str) -> str:
        asked.append(reference)
        return f"https://bulletins.example/{reference}"

    register(share=share, addresses=addresses)
    queue(number=3)
    assert deliver(now).sent == 3
    assert asked == ["edition:1"]
    assert all("https://bulletins.example/edition:1" in message.text for message in relay.messages)


def test_a_database_that_fails_while_a_letter_is_made_ahead_costs_nothing(app: Flask, relay: Relay, now: Clock) -> None:
    tried: list[int] = []

    def addresses(facts: LetterFacts) -> dict[str, str]:
        tried.append(facts.id)
        if tried.count(facts.id) == 1 and facts.id > 1:
            raise OperationalError("a query", {}, RuntimeError("gone"))
        return addresses_of(facts)

    register(addresses=addresses)
    queue(number=3)
    counts = deliver(now)
    assert (counts.sent, counts.run.interrupted) == (3, 0)
    assert tried == [1, 2, 2, 3, 3]


def test_letters_whose_room_knows_nothing_of_them_any_more_fail_alone(app: Flask, relay: Relay, now: Clock) -> None:
    def share(reference: str) -> object:
        if reference == "edition:gone":
            db.session.execute(select(SuppressedAddress)).one()
        return None

    register(share=share)
    queue(number=2, reference="edition:gone")
    queue(number=2)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 2)
    assert [letter.reason for letter in letters()] == [Reason.UNREADABLE, Reason.UNREADABLE, None, None]


def test_what_was_made_ahead_goes_to_nobody_else(app: Flask, now: Clock) -> None:
    queue(number=4)
    with Desk(relaxed=False) as desk:
        writing = Clerk(Run(now, get_terms()), desk, Stencils(settings().mail_from, settings().secret_key))
        tasks = writing.turn([], 1)
        writing.make_ahead(2)
        tasks += writing.turn([], 3)
    assert [task.letter.id for task in tasks] == [1, 2, 3, 4]
    assert [task.addressed.recipient for task in tasks] == [task.letter.to_address for task in tasks]


def test_a_letter_that_the_database_could_not_make_has_not_begun(
    app: Flask, relay: Relay, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clerk, "RETRY_SECONDS", (0,))
    failures = [OperationalError("a query", {}, RuntimeError("gone"))]

    def addresses(facts: LetterFacts) -> dict[str, str]:
        if facts.id == 3 and failures:
            raise failures.pop()
        return addresses_of(facts)

    register(addresses=addresses, apart=False)
    queue(number=4)
    assert deliver(now).sent == 4
    assert [letter.attempts for letter in letters()] == [1, 1, 1, 1]
