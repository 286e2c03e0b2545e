"""What a kind of letters says may hold one back, evaluated when it starts; and messages that cannot be built."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, exists, select
from sqlalchemy.exc import OperationalError

from app.database import db
from app.letters import kinds, worker
from app.letters.delivery import deliver
from app.letters.kinds import HoldCondition, Kind, LetterContext
from app.letters.models import SuppressedAddress
from app.letters.run import RunReport
from app.letters.states import Reason, State
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, Clock, letters, queue, urls_of, use_relay

HAS_LEFT = exists().where(SuppressedAddress.email == bindparam("who"))


def leave(letter_id: int) -> None:
    """The reader of that letter wants it no longer."""
    db.session.add(SuppressedAddress(email=f"left:{letter_id}", since=FRIDAY))
    db.session.commit()


def failing(context: LetterContext) -> dict[str, str]:
    if context.id == 2:
        raise ZeroDivisionError("a fault of ours")
    return urls_of(context)


@pytest.fixture(autouse=True)
def held_kind(own_kinds: None) -> None:
    """Weekly letters that are not sent to who has left."""
    register()


def register(**changes: object) -> None:
    common = {"unsubscribable": True, "urls": urls_of} | changes
    conditions = (HoldCondition(Reason.WITHHELD, HAS_LEFT, "not wanted any more"),)
    held = {"hold_conditions": conditions, "hold_parameters": lambda context: {"who": f"left:{context.id}"}}
    kinds.register(Kind("weekly", 30, timedelta(hours=72), **common, **held))  # type: ignore[arg-type]


def test_a_letter_that_its_kind_holds_never_starts(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=3)
    leave(2)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 1)
    held = letters()[1]
    assert (held.state, held.reason, held.smtp_text) == (State.FAILED, Reason.WITHHELD, "not wanted any more")
    assert held.attempts == 0
    assert len(relay.messages) == 2


@pytest.mark.parametrize("connections", [1, 3])
def test_who_leaves_before_the_letter_starts_gets_nothing(
    app: Flask, relay: Relay, now: Clock, connections: int
) -> None:
    use_relay(app, relay.url, connections=connections)
    queue(number=40)
    last = iter([40])

    def leave_in_the_middle(report: RunReport) -> None:
        if report.sent:
            for letter_id in last:
                leave(letter_id)

    counts = deliver(now, progress=leave_in_the_middle)
    assert (counts.sent, counts.failed) == (39, 1)
    assert letters()[39].reason is Reason.WITHHELD


@pytest.mark.parametrize("connections", [1, 3])
def test_letters_over_several_connections_arrive_once_each_with_its_own_urls(
    app: Flask, relay: Relay, now: Clock, connections: int
) -> None:
    use_relay(app, relay.url, connections=connections, batch=4)
    queue(number=10)
    assert deliver(now).sent == 10
    received = {message["To"]: message["List-Unsubscribe"] for message in relay.messages}
    addressed = {f"{letter.to_name} <{letter.to_email}>": letter.id for letter in letters()}
    assert len(relay.messages) == 10
    assert received == {
        to: f"<https://bulletins.example/unsubscribe/{letter_id}>" for to, letter_id in addressed.items()
    }


def test_a_letter_whose_message_cannot_be_built_fails_alone(app: Flask, relay: Relay, now: Clock) -> None:
    register(urls=failing)
    queue(number=3)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 1)
    assert letters()[1].reason is Reason.UNREADABLE
    assert letters()[1].attempts == 1


def test_what_the_letters_of_a_mailing_share_is_looked_up_once(app: Flask, relay: Relay, now: Clock) -> None:
    asked: list[str] = []

    def urls(context: LetterContext) -> dict[str, str]:
        return {"read_url": context.shared, "unsubscribe_url": "https://bulletins.example/u"}

    def load_shared(reference: str) -> str:
        asked.append(reference)
        return f"https://bulletins.example/{reference}"

    register(load_shared=load_shared, urls=urls)
    queue(number=3)
    assert deliver(now).sent == 3
    assert asked == ["mailing:1"]
    assert all("https://bulletins.example/mailing:1" in message.text for message in relay.messages)


def test_letters_whose_feature_knows_nothing_of_them_any_more_fail_alone(app: Flask, relay: Relay, now: Clock) -> None:
    def load_shared(reference: str) -> object:
        if reference == "mailing:gone":
            db.session.execute(select(SuppressedAddress)).one()
        return None

    register(load_shared=load_shared)
    queue(number=2, reference="mailing:gone")
    queue(number=2)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 2)
    assert [letter.reason for letter in letters()] == [Reason.UNREADABLE, Reason.UNREADABLE, None, None]


def test_a_letter_whose_urls_the_database_did_not_give_has_not_started(
    app: Flask, relay: Relay, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "RETRY_SECONDS", (0,))
    failures = [OperationalError("a query", {}, RuntimeError("gone"))]

    def urls(context: LetterContext) -> dict[str, str]:
        if context.id == 3 and failures:
            raise failures.pop()
        return urls_of(context)

    register(urls=urls)
    queue(number=4)
    assert deliver(now).sent == 4
    assert [letter.attempts for letter in letters()] == [1, 1, 1, 1]
