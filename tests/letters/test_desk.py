"""The transactions of a run, and who shares them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import bindparam, insert
from sqlalchemy.exc import IntegrityError

from app.database import db
from app.letters import kinds
from app.letters.delivery import deliver
from app.letters.desk import Desk
from app.letters.kinds import Kind, LetterFacts
from app.letters.models import Relay, SuppressedAddress
from app.ready import Ready, commit_with, together
from tests.builders import make_person
from tests.fixtures.relay import Relay as RelayServer
from tests.letters.conftest import FRIDAY, Clock, addresses_of, queue


def noted(address: str) -> list[SuppressedAddress]:
    db.session.rollback()
    return list(db.session.scalars(db.select(SuppressedAddress).filter_by(address=address)))


def test_what_a_kind_writes_is_committed_with_the_letter(app: Flask, relay: RelayServer, now: Clock) -> None:
    def write(facts: LetterFacts) -> dict[str, str]:
        db.session.add(SuppressedAddress(address=f"seen{facts.id}@promotion.example", since=FRIDAY))
        return addresses_of(facts)

    kinds.register(Kind("weekly", 30, timedelta(hours=72), write, unsubscribable=True))
    queue(number=2)
    assert deliver(now).sent == 2
    assert len(noted("seen1@promotion.example")) == len(noted("seen2@promotion.example")) == 1


def test_what_a_kind_writes_goes_when_the_transaction_goes(app: Flask) -> None:
    with Desk(relaxed=False) as desk, pytest.raises(ZeroDivisionError), desk.transaction():
        db.session.add(SuppressedAddress(address="a@promotion.example", since=FRIDAY))
        db.session.flush()
        raise ZeroDivisionError
    assert noted("a@promotion.example") == []


def test_a_desk_works_again_after_the_database_refused_something(app: Flask) -> None:
    with Desk(relaxed=True) as desk:
        with pytest.raises(IntegrityError), desk.transaction() as connection:
            connection.execute(insert(SuppressedAddress), [{"address": "a@b.example", "since": FRIDAY}] * 2)
        with desk.transaction() as connection:
            connection.execute(insert(SuppressedAddress).values(address="a@b.example", since=FRIDAY))
    assert len(noted("a@b.example")) == 1


def test_the_callers_session_is_put_back(app: Flask, now: Clock) -> None:
    person = make_person("anne@promotion.example")
    session = db.session()
    deliver(now)
    assert db.session() is session
    assert person.email == "anne@promotion.example"


def test_a_ready_statement_raises_what_sqlalchemy_would_raise(app: Flask) -> None:
    statement = Ready(insert(Relay).values(id=bindparam("number"), consecutive_errors=0, last_error=""))
    assert statement.execute(db.session.connection(), {"number": 1}) == 1
    with pytest.raises(IntegrityError):
        statement.execute(db.session.connection(), {"number": 1})
    db.session.rollback()


def test_what_fails_together_is_not_committed_either(app: Flask) -> None:
    statement = Ready(insert(Relay).values(id=bindparam("number"), consecutive_errors=0, last_error=""))
    with Desk(relaxed=False) as desk:
        with pytest.raises(IntegrityError), desk.transaction() as connection, together(connection):
            statement.start(connection, {"number": 1})
            statement.start(connection, {"number": 1})
            commit_with(connection)
        with desk.transaction() as connection, together(connection):
            statement.start(connection, {"number": 2})
            commit_with(connection)
    assert list(db.session.scalars(db.select(Relay.id))) == [2]
