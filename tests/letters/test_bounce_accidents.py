"""Readings of what came back that are cut short, done by two processes at once, or that come after an erasure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from app.database import db
from app.failpoints import on_failpoint
from app.letters.bounces.acting import BounceCounts
from app.letters.bounces.held import decide, is_held
from app.letters.bounces.service import read_bounces
from app.letters.models import Bounce, Letter, SuppressedAddress
from app.letters.personal_data import erase_for
from app.letters.states import AdminAction, EventType
from app.letters.suppression import suppressed_addresses
from app.letters.verp import envelope_sender
from tests.builders import make_person
from tests.letters.conftest import Clock, events, letters, queue
from tests.letters.reports import REPORT
from tests.threads import while_under_way

UNNAMED = "To: {to}\nFrom: MAILER-DAEMON@mx.example\nSubject: failure notice\n\n550 5.1.1 no such user here\n"
MAILS = 8


Put = Callable[..., None]


class Killed(BaseException):
    """What ends a process in these tests."""


@pytest.fixture
def put(app: Flask, tmp_path: Path) -> Put:
    """Puts a report into the mailbox: the address of a letter does not exist."""

    def put(letter: Letter, message: str = REPORT) -> None:
        to = envelope_sender(letter.id, letter.created_at, app.config["SETTINGS"].secret_key, "bulletins.example")
        values = {"to": to, "recipient": letter.to_email, "action": "failed", "status": "5.1.1", "more": ""}
        (tmp_path / f"{letter.id:02}.eml").write_text(message.format(**values))

    return put


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.eml"))


@pytest.mark.both_databases
def test_two_processes_at_one_mailbox_record_each_mail_once(app: Flask, put: Put, now: Clock, tmp_path: Path) -> None:
    queue(number=MAILS)
    for letter in letters():
        put(letter)

    def read() -> BounceCounts:
        return read_bounces(tmp_path, now(), move=True)

    def begin() -> None:
        assert read() == BounceCounts(noted=MAILS, held=MAILS)

    assert while_under_way(app, "INSERT INTO bounces", begin, read) == BounceCounts(known=MAILS)
    assert suppressed_addresses() == set()
    assert len(events(EventType.BOUNCED)) == MAILS
    assert left(tmp_path) == []
    assert left(tmp_path / "read") == [f"{letter.id:02}.eml" for letter in letters()]


def test_a_process_killed_before_it_has_moved_the_mails_has_acted_and_acts_no_more(
    app: Flask, put: Put, now: Clock, tmp_path: Path
) -> None:
    queue()
    put(letters()[0])

    def kill(name: str) -> None:
        if name == "bounces recorded":
            raise Killed

    on_failpoint(kill)
    try:
        with pytest.raises(Killed):
            read_bounces(tmp_path, now(), move=True)
    finally:
        on_failpoint(None)
    db.session.rollback()
    assert (len(left(tmp_path)), len(suppressed_addresses())) == (1, 1)
    assert read_bounces(tmp_path, now(), move=True) == BounceCounts(known=1)
    assert left(tmp_path) == []
    assert len(events(EventType.BOUNCED)) == 1


def test_what_could_not_be_recorded_stays_in_the_mailbox(app: Flask, put: Put, now: Clock, tmp_path: Path) -> None:
    queue()
    put(letters()[0])

    def refuse(_session: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the disk is full"))

    event.listen(db.session, "before_commit", refuse)
    try:
        with pytest.raises(OperationalError):
            read_bounces(tmp_path, now(), move=True)
    finally:
        event.remove(db.session, "before_commit", refuse)
    db.session.rollback()
    assert left(tmp_path) == ["01.eml"]
    assert read_bounces(tmp_path, now(), move=True) == BounceCounts(suppressed=1)


@pytest.mark.parametrize("message", [REPORT, UNNAMED])
def test_what_comes_back_for_somebody_erased_is_not_kept(
    app: Flask, put: Put, now: Clock, tmp_path: Path, message: str
) -> None:
    queue()
    letter, person = letters()[0], make_person("Léa")
    put(letter, message)
    letter.person_id = person.id
    db.session.commit()
    erase_for(person.id, "member0@promotion.example")
    db.session.commit()
    assert read_bounces(tmp_path, now(), move=True) == BounceCounts(ignored=1)
    assert db.session.scalars(db.select(SuppressedAddress)).all() == []
    assert db.session.scalars(db.select(Bounce)).all() == []
    assert events() == []
    assert left(tmp_path) == []


@pytest.mark.parametrize(("action", "suppressed"), [(AdminAction.SUPPRESS, 4), (AdminAction.SPARE, 0)])
def test_what_was_decided_stays_so_when_its_mails_are_read_again(
    app: Flask, put: Put, now: Clock, tmp_path: Path, action: AdminAction, suppressed: int
) -> None:
    queue(number=5)
    for letter in letters()[:4]:
        put(letter)
    assert read_bounces(tmp_path, now(), since=now()).held == 4
    held = db.session.scalars(db.select(Bounce.id).where(is_held())).all()
    decide(held, action, make_person("Judith").id, now())
    now.pass_time(minutes=5)
    assert read_bounces(tmp_path, now(), since=now()) == BounceCounts(known=4)
    assert len(suppressed_addresses()) == suppressed
    put(letters()[4])
    last = read_bounces(tmp_path, now(), since=now.moment.replace(hour=0))
    assert last == BounceCounts(suppressed=1, known=4), "what was decided counts in no later reading"
    assert len(suppressed_addresses()) == suppressed + 1


def test_a_mail_that_cannot_be_opened_is_read_once_it_can(
    app: Flask, put: Put, now: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue()
    put(letters()[0])

    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", refuse)
        assert read_bounces(tmp_path, now(), move=True) == BounceCounts()
    assert read_bounces(tmp_path, now(), move=True) == BounceCounts(suppressed=1)


def test_told_to_stop_it_reads_no_more_and_leaves_the_rest(app: Flask, put: Put, now: Clock, tmp_path: Path) -> None:
    queue()
    put(letters()[0])
    assert read_bounces(tmp_path, now(), move=True, stop=lambda: True) == BounceCounts()
    assert left(tmp_path) == ["01.eml"]


def test_an_address_that_is_suppressed_keeps_its_first_reason(app: Flask, put: Put, now: Clock, tmp_path: Path) -> None:
    for reference in ("mailing:1", "mailing:2"):
        queue(reference=reference)
        put(letters()[-1])
        read_bounces(tmp_path, now(), move=True)
        now.pass_time(days=7)
    assert [row.letter_id for row in db.session.scalars(db.select(SuppressedAddress))] == [letters()[0].id]


def test_what_was_held_of_somebody_erased_since_suppresses_nothing(
    app: Flask, put: Put, now: Clock, tmp_path: Path
) -> None:
    queue(number=4)
    for letter in letters():
        put(letter)
    read_bounces(tmp_path, now())
    held = db.session.scalars(db.select(Bounce.id).where(is_held())).all()
    person_id = make_person("Léa").id
    letter = letters()[0]
    letter.person_id = person_id
    db.session.commit()
    erase_for(person_id, "member0@promotion.example")
    db.session.commit()
    decide(held, AdminAction.SUPPRESS, make_person("Judith").id, now())
    assert suppressed_addresses() == {f"member{number}@promotion.example" for number in range(1, 4)}
