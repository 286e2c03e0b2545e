"""Letters as files."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask

from app.letters.delivery import deliver
from tests.letters.conftest import Clock, letters, queue, use_relay

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_every_letter_becomes_a_file_with_its_envelope(app: Flask, now: Clock, tmp_path: Path) -> None:
    use_relay(app, f"folder://{tmp_path}/sent%20letters")
    queue(number=2)
    assert deliver(now).sent == 2
    files = sorted((tmp_path / "sent letters").iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    message = message_from_bytes(files[0].read_bytes(), policy=default)
    assert message["Delivered-To"] == "member0@promotion.example"
    assert message["Return-Path"].startswith(f"<bounces+{letters()[0].id}.")
    assert message["Message-ID"] == letters()[0].message_id


def test_a_folder_that_cannot_be_written_touches_no_letter(app: Flask, now: Clock, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    use_relay(app, f"folder://{tmp_path}/file/letters")
    queue()
    counts = deliver(now)
    assert (counts.queued, counts.run.relay_errors) == (1, 1)
    assert letters()[0].attempts == 0
