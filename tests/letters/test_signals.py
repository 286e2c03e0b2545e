"""`flask deliver`, a process of its own, asked to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from flask import Flask

from app.letters.kinds import get_kind
from app.letters.states import State
from tests.letters.conftest import letters, queue
from tests.letters.scripted_relay import ScriptedRelay

PATIENCE = 300  # seconds; for a busy machine
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_process_that_is_told_to_stop_finishes_the_letter_in_hand_and_gives_back_the_others(
    app: Flask, database: str, scripted_relay: ScriptedRelay, number: signal.Signals
) -> None:
    queue(get_kind("note"), number=5)
    in_hand, stopped = threading.Event(), threading.Event()

    def answer_late() -> str:
        in_hand.set()
        assert stopped.wait(PATIENCE)
        return "250 Kept"

    scripted_relay.script["CONTENT"] = [answer_late]
    process = _flask_deliver(database, scripted_relay.url)
    assert in_hand.wait(PATIENCE)
    process.send_signal(number)
    stopped.set()
    output, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert output == '{"sent": 1, "deferred": 0, "failed": 0, "unknown": 0, "queued": 4, "excluded": 0}\n'
    assert [letter.state for letter in letters()] == [State.SENT, *[State.QUEUED] * 4]
    assert len(scripted_relay.got) == 1


def _flask_deliver(database: str, relay: str) -> subprocess.Popen[str]:
    settings = {"DATABASE_URL": database, "SMTP_URL": relay, "APP_ENV": "development", "SMTP_CONNECTIONS": "1"}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "deliver", "--format", "json"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True)
