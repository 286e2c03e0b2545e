"""A PostgreSQL that fails between two letters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from app.database import db
from app.letters import worker
from app.letters.delivery import deliver
from app.letters.models import SuppressedAddress
from app.letters.run import RunReport
from app.letters.states import EventType, Reason, State
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, Clock, events, letters, queue

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

FULL = """
CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'the disk is full' USING ERRCODE = '53100'; END $$
"""
AT_THE_COMMIT = """
CREATE CONSTRAINT TRIGGER full_disk AFTER UPDATE ON letters DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.id = 3 AND NEW.state = 'submitting') EXECUTE FUNCTION full_disk()
"""
AFTER_THE_COMMIT = """
CREATE TRIGGER full_disk BEFORE UPDATE ON letters
FOR EACH ROW WHEN (NEW.state = 'failed') EXECUTE FUNCTION full_disk()
"""
ROOM_AGAIN = "DROP TRIGGER IF EXISTS full_disk ON letters"


def execute(*statements: str) -> None:
    """Execute on a connection of our own, and commit; a lock that delays it for seconds makes the test fail."""
    with db.engine.connect() as connection, connection.begin():
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture(autouse=True)
def space_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever fills the disk is gone when the worker has waited once, and after the test."""
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: execute(ROOM_AGAIN))
    yield
    db.session.rollback()
    execute(ROOM_AGAIN)


def test_no_content_leaves_whose_beginning_was_not_committed(
    app: Flask, relay: Relay, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker.time, "sleep", lambda seconds: None)
    queue(number=4)
    execute(FULL, AT_THE_COMMIT)
    with pytest.raises(OperationalError, match="the disk is full"):
        deliver(now)
    assert [letter.state for letter in letters()] == [State.SENT, State.SENT, State.QUEUED, State.QUEUED]
    assert len(relay.messages) == 2
    db.session.rollback()
    execute(ROOM_AGAIN)
    assert deliver(now).sent == 2
    assert len(relay.messages) == 4
    assert events() == []


def test_an_outcome_that_was_committed_is_not_taken_for_one_that_came_too_late(
    app: Flask, relay: Relay, now: Clock
) -> None:
    queue(number=4)
    db.session.add(SuppressedAddress(email="member3@promotion.example", since=FRIDAY))
    db.session.commit()
    execute(FULL, AFTER_THE_COMMIT)
    counts = deliver(now)
    assert (counts.sent, counts.failed, counts.run.interrupted) == (3, 1, 0)
    assert letters()[3].reason is Reason.SUPPRESSED
    assert events(EventType.TOO_LATE) == []


def test_a_connection_that_is_lost_between_two_letters_costs_nothing(
    app: Flask, database: str, relay: Relay, now: Clock
) -> None:
    queue(number=6)

    lost: list[bool] = []

    def lose_it(report: RunReport) -> None:
        if report.sent == 3 and not lost:
            with db.engine.connect() as connection:  # the worker's, which waits in the pool
                process = connection.scalar(text("SELECT pg_backend_pid()"))
            with create_engine(database, poolclass=NullPool).connect() as other:
                lost.extend(other.scalars(text("SELECT pg_terminate_backend(:process)"), {"process": process}))

    counts = deliver(now, progress=lose_it)
    assert any(lost)
    assert (counts.sent, counts.run.interrupted) == (6, 0)
    assert len(relay.messages) == 6
    assert events() == []
