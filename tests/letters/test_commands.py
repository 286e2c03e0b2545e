"""`flask deliver` and `flask bounces read`, as somebody at a terminal sees them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from time_machine import Traveller

from app.letters.admin_actions import pause_mailing
from app.letters.run import count_due
from tests.builders import make_person
from tests.fixtures.database import OnEngine
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, queue, use_relay

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs commands of the application."""
    return app.test_cli_runner()


def test_deliver_sends_and_counts(runner: FlaskCliRunner, relay: Relay) -> None:
    queue(number=2)
    result = runner.invoke(args=["deliver", "--format", "json"])
    assert json.loads(result.stdout) == {
        "sent": 2,
        "deferred": 0,
        "failed": 0,
        "unknown": 0,
        "queued": 0,
        "excluded": 0,
    }
    assert result.exit_code == 0
    assert len(relay.messages) == 2


def test_the_other_counts_are_as_they_stand(runner: FlaskCliRunner, relay: Relay, clock: Traveller) -> None:
    clock.move_to(FRIDAY)
    relay.refused_recipients["member0@promotion.example"] = "550 no"
    relay.refused_recipients["member1@promotion.example"] = "451 later"
    queue(number=3)
    first = runner.invoke(args=["deliver", "--format", "json"])
    assert first.exit_code == 1
    second = runner.invoke(args=["deliver", "--format", "json"])
    counts = json.loads(second.stdout)
    assert (counts["sent"], counts["failed"], counts["deferred"]) == (0, 1, 1)
    assert second.exit_code == 0  # nothing went wrong in this run


def test_deliver_says_the_same_in_words(runner: FlaskCliRunner, relay: Relay) -> None:
    queue()
    lines = runner.invoke(args=["deliver"]).stdout.splitlines()
    assert [line.split() for line in lines] == [
        ["sent", "1"],
        ["deferred", "0"],
        ["failed", "0"],
        ["unknown", "0"],
        ["queued", "0"],
        ["excluded", "0"],
    ]


def test_a_relay_that_cannot_be_reached_is_said_and_told_by_the_exit_status(app: Flask, runner: FlaskCliRunner) -> None:
    use_relay(app, "smtp://127.0.0.1:1")
    queue()
    result = runner.invoke(args=["deliver"])
    assert result.exit_code == 1
    assert "the relay refused us" in result.stdout


def test_a_database_that_takes_nothing_is_told_by_the_exit_status(
    app: Flask, runner: FlaskCliRunner, relay: Relay, database: str, on_engine: OnEngine
) -> None:
    queue()
    on_engine("checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout = 20"))
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = runner.invoke(args=["deliver"])
    assert result.exit_code == 2
    assert "No letter is lost: run this again." in result.stderr
    assert relay.messages == []


@pytest.mark.parametrize(("terminal", "shown"), [(True, "2/2"), (False, "")])
def test_a_bar_grows_on_a_terminal_and_nowhere_else(
    runner: FlaskCliRunner, relay: Relay, monkeypatch: pytest.MonkeyPatch, terminal: bool, shown: str
) -> None:
    """rich takes these two variables for what it cannot see in a test: a terminal."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if terminal else "0")
    monkeypatch.setenv("FORCE_COLOR", "1" if terminal else "")
    queue(number=2)
    result = runner.invoke(args=["deliver", "--format", "json"])
    assert json.loads(result.stdout)["sent"] == 2, "the counts stay apart from the bar"
    assert shown in result.stderr
    assert bool(result.stderr) is terminal


def test_letters_that_are_due_are_counted_before_the_run(app: Flask) -> None:
    queue(number=3)
    queue(number=2, reference="mailing:2")
    assert count_due(FRIDAY) == 5
    assert count_due(FRIDAY - timedelta(seconds=1)) == 0
    pause_mailing("mailing:2", make_person().id, FRIDAY)
    assert count_due(FRIDAY) == 3


def test_bounces_read_counts_what_it_found(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text("Subject: hello\n\nA word.\n")
    result = runner.invoke(args=["bounces", "read", str(tmp_path)])
    assert result.stdout == "0 suppressed, 0 noted, 0 already known, 1 not bounces of ours\n"
    assert result.exit_code == 0


@pytest.mark.parametrize("command", [["deliver"], ["bounces"], ["bounces", "read"]])
def test_each_command_explains_itself_in_one_screen(runner: FlaskCliRunner, command: list[str]) -> None:
    result = runner.invoke(args=[*command, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) <= 24
