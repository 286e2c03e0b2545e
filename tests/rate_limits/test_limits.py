"""Limits on attempts: counted in the database over all workers, by source, with the true delay."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from limits.storage import storage_from_string
from sqlalchemy import select
from time_machine import Traveller

from app.database import db
from app.extensions import limiter
from app.rate_limits.limits import count_attempts, try_again
from app.rate_limits.models import AttemptCount
from app.rate_limits.storage import DatabaseStorage
from tests.fixtures.relay import Relay
from tests.fixtures.site import make_config, running_app
from tests.pages import words
from tests.threads import at_once

ROOT = Path(__file__).parents[2]
EMAIL = "somebody@ministry.example"


def ask(client: FlaskClient, email: str = EMAIL, source: str = "192.0.2.1") -> int:
    return client.post("/sign-in", data={"email": email}, environ_base={"REMOTE_ADDR": source}).status_code


@pytest.fixture
def storage(app: Flask, clock: Traveller) -> DatabaseStorage:
    assert isinstance(limiter.storage, DatabaseStorage), "the default"
    return limiter.storage


@pytest.mark.both_databases
def test_attempts_count_until_the_time_of_the_first_is_over(storage: DatabaseStorage, clock: Traveller) -> None:
    clock.move_to(1_000_000)
    assert (storage.get("a"), storage.get_expiry("a")) == (0, 1_000_000)
    assert [storage.incr("a", 60), storage.incr("a", 60, 2), storage.incr("b", 60)] == [1, 3, 1]
    clock.shift(59)
    assert storage.incr("a", 60) == 4
    assert (storage.get("a"), storage.get_expiry("a")) == (4, 1_000_060)
    clock.shift(1)
    assert storage.get("a") == 0
    assert storage.incr("a", 60) == 1
    assert storage.get_expiry("a") == 1_000_120
    storage.clear("a")
    assert (storage.get("a"), storage.get("b")) == (0, 0)
    assert storage.reset() == 1
    assert storage.check()


@pytest.mark.both_databases
def test_workers_that_count_at_once_miss_nothing(app: Flask, storage: DatabaseStorage) -> None:
    counts = at_once(app, *[lambda: [storage.incr("a", 60) for _ in range(10)]] * 4)
    every = [count for some in counts if isinstance(some, list) for count in some]
    assert sorted(every) == list(range(1, 41)), counts


@pytest.mark.both_databases
def test_a_second_worker_and_a_restarted_one_know_what_was_counted(
    app: Flask, client: FlaskClient, database: str, relay: Relay, clock: Traveller
) -> None:
    assert [ask(client) for _ in range(2)] == [302] * 2
    db.session.rollback()
    for other in running_app(make_config(database_url=database, smtp_url=relay.url)):
        assert [ask(other.test_client()) for _ in range(4)] == [302, 429, 429, 429]


WORKER = """
import os, sys
from tests.fixtures.site import make_config
from app import create_app
app = create_app(make_config(database_url=os.environ["DATABASE"]))
app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
print("ready", flush=True)
sys.stdin.readline()
client = app.test_client()
print(*[client.post("/sign-in", data={"email": "somebody@ministry.example"}).status_code for _ in range(10)])
"""


@pytest.mark.long
@pytest.mark.both_databases
def test_two_processes_that_are_asked_at_once_allow_what_one_would(app: Flask, database: str) -> None:
    """As two workers of a server are: nothing but the database knows what the other has counted."""
    db.session.rollback()
    environment = os.environ | {"DATABASE": database}
    command, pipe = [sys.executable, "-W", "ignore", "-c", WORKER], subprocess.PIPE
    workers = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:  # all begin before the first is waited for
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate()[0].split() for worker in workers]
    assert sorted(status for statuses in answers for status in statuses) == ["302"] * 3 + ["429"] * 17


def test_an_attempt_counts_though_its_view_refuses_it(client: FlaskClient, clock: Traveller) -> None:
    assert client.post("/sign-in/guessed").status_code == 410
    assert db.session.scalars(select(AttemptCount.attempts)).all() == [1]


def test_a_whole_ipv6_network_is_one_source(app: Flask, client: FlaskClient, clock: Traveller) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], attempts_per_source=20)
    statuses = [ask(client, f"{n}@ministry.example", f"2001:db8:1:2::{n:x}") for n in range(21)]
    assert statuses == [302] * 20 + [429]
    assert ask(client, source="2001:db8:1:3::1") == 302


@pytest.fixture(params=["memory://", "database://"])
def any_storage(request: pytest.FixtureRequest, database: str, relay: Relay) -> Iterator[Flask]:
    """An application that counts there; afterwards the limiter, of which a process has one, counts in the database."""
    yield from running_app(make_config(database_url=database, smtp_url=relay.url, limits_storage=request.param))
    for _app in running_app(make_config(database_url=database)):
        assert isinstance(limiter.storage, DatabaseStorage)


def test_the_delay_is_true_wherever_attempts_are_counted(any_storage: Flask) -> None:
    client = any_storage.test_client()
    assert [ask(client, source="127.0.0.1") for _ in range(3)] == [302] * 3
    answer = client.post("/sign-in", data={"email": EMAIL}, headers={"Accept-Language": "en"})
    assert answer.status_code == 429
    assert 600 < int(answer.headers["Retry-After"]) <= 900
    text = "if it belongs to a member, the latest still works. Try again in"
    assert text in words(answer.text)


def test_a_delay_is_told_in_minutes_then_hours_and_never_too_soon(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert [try_again(seconds) for seconds in (1, 60, 61, 5400, 5401, 86_400)] == [
            "Try again in 1 minute.",
            "Try again in 1 minute.",
            "Try again in 2 minutes.",
            "Try again in 90 minutes.",
            "Try again in 2 hours.",
            "Try again in 24 hours.",
        ]


def test_the_storage_is_known_by_its_scheme() -> None:
    assert isinstance(storage_from_string("database://"), DatabaseStorage)


def test_what_one_limit_refuses_uses_up_no_other(app: Flask, clock: Traveller) -> None:
    limits = {"one source": "1 per minute", "everybody": "3 per hour"}
    assert [count_attempts(limits) for _ in range(5)] == [0, 60, 60, 60, 60]
    assert [count_attempts({"everybody": "3 per hour"}) for _ in range(3)] == [0, 0, 3600]
    clock.shift(60)
    assert count_attempts(limits) == 3540, "the longest of those that are reached"
