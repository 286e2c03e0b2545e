"""After a restoration: what a backup holds of letters that were in a worker's hands, and of a decision made before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.database import db
from app.letters.models import Restoration
from app.letters.restoration import find_restoration
from app.letters.resuming import count_waiting, resume
from app.letters.states import EventType, State
from app.operations.backup import make_backup
from tests.builders import saved
from tests.letters.conftest import FRIDAY, URGENT, Clock, events, letters, queue


@pytest.mark.both_databases
def test_letters_in_a_workers_hands_are_counted_and_taken_as_sent_and_sign_in_letters_are_not(
    app: Flask, now: Clock
) -> None:
    queue(number=3)
    queue(URGENT, reference="sign-in:1")
    claimed, submitting, *_waiting = letters()
    claimed.state, submitting.state = State.CLAIMED, State.SUBMITTING
    for letter in (claimed, submitting):
        letter.claimed_by, letter.lease_until = "a worker", FRIDAY + timedelta(minutes=5)
    saved(Restoration(backup_made_at=FRIDAY))
    assert count_waiting() == {"mailing:1": 3}
    assert resume(now(), take_as_sent=True) == 3
    assert [(letter.state, letter.claimed_by) for letter in letters()] == [(State.SENT, None)] * 3 + [
        (State.QUEUED, None)
    ]
    assert [event.type for event in events()] == [EventType.TAKEN_AS_SENT] * 3
    assert find_restoration() is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("resumed", [True, False])
def test_a_backup_of_a_restored_site_waits_for_one_decision_of_its_own(
    app: Flask, now: Clock, tmp_path: Path, resumed: bool
) -> None:
    saved(Restoration(backup_made_at=FRIDAY, resumed_at=FRIDAY if resumed else None))
    db.session.remove()
    make_backup(db.engine, tmp_path / "backup", now())
    with closing(sqlite3.connect(tmp_path / "backup")) as copy:
        awaited = copy.execute("SELECT count(*) FROM restorations WHERE resumed_at IS NULL").fetchone()
    assert awaited == (1,)
