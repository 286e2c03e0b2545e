"""`flask deliver` and `flask bounces read`, as somebody at a terminal sees them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from time_machine import Traveller

from app.letters.exclusions import tell_exclusions
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


def test_those_without_a_letter_are_counted_by_the_room_that_knows(app: Flask, runner: FlaskCliRunner) -> None:
    tell_exclusions(app, lambda: 7)
    assert json.loads(runner.invoke(args=["deliver", "--format", "json"]).stdout)["excluded"] == 7


def test_a_relay_that_cannot_be_reached_is_said_and_told_by_the_exit_status(app: Flask, runner: FlaskCliRunner) -> None:
    use_relay(app, "smtp://127.0.0.1:1")
    queue()
    result = runner.invoke(args=["deliver"])
    assert result.exit_code == 1
    assert "the relay refused us" in result.stdout


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
