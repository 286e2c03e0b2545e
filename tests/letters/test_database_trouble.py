"""A database that takes nothing for a while: letters wait, and what left is not forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from app.database import db
from app.letters import worker
from app.letters.delivery import deliver
from app.letters.relay_status import find_trouble, record_error
from app.letters.run import DeliverySettings, RunReport
from app.letters.states import State
from tests.fixtures.database import OnEngine
from tests.fixtures.relay import Relay
from tests.letters.conftest import Clock, letters, queue

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch, on_engine: OnEngine) -> None:
    """Wait for a lock for some milliseconds only."""
    monkeypatch.setattr(worker, "RETRY_SECONDS", (0.01, 0.01))
    on_engine("checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout = 20"))


@contextmanager
def locked(database: str) -> Iterator[None]:
    """Keep everybody else from writing."""
    connection = sqlite3.connect(Path(database.removeprefix("sqlite:///")), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield
    connection.rollback()
    connection.close()


def test_a_locked_database_delays_and_loses_nothing(app: Flask, database: str, relay: Relay, now: Clock) -> None:
    queue(number=2)
    with locked(database), pytest.raises(OperationalError):
        deliver(now)
    db.session.rollback()
    assert relay.messages == []
    assert deliver(now).sent == 2


def test_an_outcome_is_written_once_the_lock_is_gone(
    app: Flask, database: str, relay: Relay, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(number=3)
    lock = locked(database)

    def hold_the_lock_once(report: RunReport) -> None:
        if not report.sent:
            lock.__enter__()

    monkeypatch.setattr(worker.time, "sleep", lambda seconds: lock.__exit__(None, None, None))
    counts = deliver(now, progress=hold_the_lock_once)
    assert (counts.sent, counts.run.interrupted) == (3, 0)
    assert len(relay.messages) == 3


def test_what_was_claimed_and_not_started_is_given_back_once_the_lock_is_gone(
    app: Flask, database: str, relay: Relay, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(number=4)
    lock = locked(database)
    sent: list[int] = []

    def hold_the_lock_at_the_end(report: RunReport) -> None:
        sent.append(report.sent)
        if report.sent == 2:
            lock.__enter__()

    monkeypatch.setattr(worker.time, "sleep", lambda seconds: lock.__exit__(None, None, None))
    counts = deliver(now, stop=lambda: 1 in sent, progress=hold_the_lock_at_the_end)
    assert (counts.sent, counts.queued) == (2, 2)
    assert [letter.state for letter in letters()] == [State.SENT, State.SENT, State.QUEUED, State.QUEUED]


def test_that_the_relay_works_again_is_written_though_the_first_time_was_undone(
    app: Flask, relay: Relay, now: Clock, on_engine: OnEngine
) -> None:
    queue(number=2)
    record_error(db.session.connection(), now(), "gone", after=9, pause=timedelta(0))
    db.session.commit()
    undone = []

    def undo_once(connection: Connection) -> None:
        failing = connection.exec_driver_sql("SELECT failing_since FROM relay").scalar()
        if failing is None and not undone:
            undone.append(connection)
            raise OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error"))

    on_engine("commit", undo_once)
    assert deliver(now).sent == 2
    assert undone
    assert find_trouble() is None


def test_a_full_disk_delays_and_loses_nothing(app: Flask, relay: Relay, now: Clock, on_engine: OnEngine) -> None:
    queue(number=40)
    for i in range(0, 40, 2):  # refusals are stored, which takes space
        relay.refused_recipients[f"member{i}@promotion.example"] = "550 " + "no " * 150
    limit = {"pages": db.session.execute(db.text("PRAGMA page_count")).scalar_one() + 2}
    db.session.commit()
    on_engine("checkout", lambda c, *_: c.execute(f"PRAGMA max_page_count = {limit['pages']}"))
    with pytest.raises(OperationalError, match="full"):
        deliver(now)
    assert {letter.state for letter in letters()} > {State.SENT}
    limit["pages"] = 1_000_000
    db.session.remove()
    now.moment += DeliverySettings().submit_lease + timedelta(seconds=1)
    deliver(now)
    assert [letter.state for letter in letters()] == [State.FAILED, State.SENT] * 20
    assert len(relay.messages) == 20
