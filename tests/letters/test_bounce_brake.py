"""Many addresses that seem to end at once, and those that are refused again and again without a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.database import db
from app.letters.admin_actions import lift_suppression
from app.letters.bounces import service
from app.letters.bounces.acting import BounceCounts
from app.letters.bounces.held import decide, is_held
from app.letters.bounces.service import read_bounce_mailbox, read_bounces
from app.letters.delivery import deliver
from app.letters.mailing_status import find_mailing_status
from app.letters.models import AdminActionLog, Bounce, Letter, SuppressedAddress
from app.letters.states import AdminAction
from app.letters.suppression import find_suppressed, suppressed_addresses
from app.letters.verp import envelope_sender
from tests.builders import make_person
from tests.fixtures.relay import Relay
from tests.letters.conftest import URGENT, Clock, letters, queue
from tests.letters.reports import REPORT

Put = Callable[..., None]
EVERYBODY = {f"member{i}@promotion.example" for i in range(4)}


@pytest.fixture
def put(app: Flask, tmp_path: Path) -> Put:
    """Puts the report about a letter into the folder, with what its server answered."""

    def put(letter: Letter, status: str = "5.1.1", answer: str = "no such user") -> None:
        sender = envelope_sender(letter.id, letter.created_at, app.config["SETTINGS"].secret_key, "bulletins.example")
        text = REPORT.format(to=sender, recipient=letter.to_email, action="failed", status=status, more="")
        text = text.replace(f"{status} no such\n    mailbox here", answer)
        (tmp_path / f"{letter.id}.eml").write_text(text)

    return put


def test_a_whole_edition_refused_at_once_suppresses_nobody(put: Put, now: Clock, tmp_path: Path, relay: Relay) -> None:
    queue(number=50)
    for letter in letters():
        put(letter)
    assert read_bounces(tmp_path, now()) == BounceCounts(noted=50, held=50)
    assert suppressed_addresses() == set()
    assert deliver(now).sent == 50


def test_a_whole_edition_refused_as_spam_is_only_noted(put: Put, now: Clock, tmp_path: Path) -> None:
    queue(number=50)
    for letter in letters():
        put(letter, "5.0.0", "refused, looks like spam")
    assert read_bounces(tmp_path, now()) == BounceCounts(noted=50)


def test_a_few_of_a_large_edition_are_suppressed(put: Put, now: Clock, tmp_path: Path) -> None:
    queue(number=50)
    for letter in letters()[:3]:
        put(letter)
    assert read_bounces(tmp_path, now()) == BounceCounts(suppressed=3)


@pytest.fixture
def mailbox(app: Flask, tmp_path: Path) -> Path:
    """The folder that the job process reads."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], bounce_url=f"folder://{tmp_path}")
    return tmp_path


def test_what_trickles_in_is_one_reading_for_the_job_process(put: Put, now: Clock, mailbox: Path) -> None:
    queue(number=50)
    for number, letter in enumerate(letters()[:4], start=1):
        put(letter)
        counts = read_bounce_mailbox(now())
        assert counts == (BounceCounts(suppressed=1) if number < 4 else BounceCounts(noted=1, held=1))
        now.pass_time(hours=8)
    assert suppressed_addresses() == set(), "those before are lifted again"
    held = db.session.scalars(db.select(Bounce).where(is_held())).all()
    assert [bounce.permanent for bounce in held] == [False] * 4


def test_an_address_that_somebody_has_restored_keeps_the_day_of_that(put: Put, now: Clock, mailbox: Path) -> None:
    queue(number=50)
    for letter in letters()[:3]:
        put(letter)
    read_bounce_mailbox(now())
    restored_at = now()
    db.session.execute(
        db.update(SuppressedAddress).where(SuppressedAddress.email.startswith("member0@")).values(lifted_at=restored_at)
    )
    db.session.commit()
    now.pass_time(hours=1)
    put(letters()[3])
    assert read_bounce_mailbox(now()).held == 1
    lifted = dict(db.session.execute(db.select(SuppressedAddress.email, SuppressedAddress.lifted_at)).all())
    assert lifted.pop("member0@promotion.example") == restored_at
    assert set(lifted.values()) == {now()}


def test_the_job_process_reads_so_many_at_once_and_the_rest_the_next_time(
    put: Put, now: Clock, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    queue(number=50)
    for letter in letters()[:3]:
        put(letter)
    assert [read_bounce_mailbox(now()).suppressed for _ in range(3)] == [2, 1, 0]


def test_what_the_job_process_read_more_than_a_day_ago_is_another_reading(put: Put, now: Clock, mailbox: Path) -> None:
    queue(number=50)
    for letter in letters()[:4]:
        put(letter)
        assert read_bounce_mailbox(now()) == BounceCounts(suppressed=1)
        now.pass_time(hours=9)
    assert len(suppressed_addresses()) == 4


def test_what_joins_a_reading_about_which_nobody_has_decided_is_held_too(put: Put, now: Clock, tmp_path: Path) -> None:
    queue(number=50)
    for letter in letters()[:4]:
        put(letter)
    read_bounces(tmp_path, now(), move=True)
    put(letters()[4])
    assert read_bounces(tmp_path, now()) == BounceCounts(noted=1, held=1)


def test_what_waits_holds_up_nothing_elsewhere(put: Put, now: Clock, tmp_path: Path) -> None:
    hold_four(put, now, tmp_path)
    queue(reference="mailing:2")
    letter = letters()[-1]
    letter.to_email = "somebody@elsewhere.example"
    db.session.commit()
    put(letters()[-1])
    assert read_bounces(tmp_path, now()) == BounceCounts(suppressed=1, known=4)


def hold_four(put: Put, now: Clock, folder: Path) -> list[int]:
    queue(number=5)
    for letter in letters()[:4]:
        put(letter)
    read_bounces(folder, now())
    return list(db.session.scalars(db.select(Bounce.id).where(is_held())))


def test_somebody_decides_that_they_are_gone(put: Put, now: Clock, tmp_path: Path) -> None:
    held = hold_four(put, now, tmp_path)
    person = make_person("Judith")
    assert decide(held, AdminAction.SUPPRESS, person.id, now()) == 4
    assert suppressed_addresses() == EVERYBODY
    assert decide(held, AdminAction.SPARE, person.id, now()) == 0, "what was decided stays decided"
    (log,) = db.session.scalars(db.select(AdminActionLog))
    assert (log.reference, log.action, log.letters, log.person_id) == ("mailing:1", "suppress", 4, person.id)
    status = find_mailing_status("mailing:1")
    assert status
    assert {bounce.permanent for bounce in status.bounces} == {True}


def test_somebody_decides_that_they_are_not(put: Put, now: Clock, tmp_path: Path) -> None:
    held = hold_four(put, now, tmp_path)
    assert decide(held, AdminAction.SPARE, make_person("Judith").id, now()) == 4
    assert suppressed_addresses() == set()
    assert list(db.session.scalars(db.select(Bounce).where(is_held()))) == []


def test_an_address_refused_without_a_reason_is_suppressed_after_three_digests(
    put: Put, now: Clock, tmp_path: Path
) -> None:
    for week in range(3):
        queue(reference=f"digest:{week}", created_at=now())
        put(letters()[-1], "5.0.0", "no")
        counts = read_bounces(tmp_path, now(), move=True)
        assert counts == (BounceCounts(noted=1) if week < 2 else BounceCounts(suppressed=1))
        now.pass_time(days=7)


def test_three_reminders_or_three_reports_of_one_digest_are_not_three_digests(
    put: Put, now: Clock, tmp_path: Path
) -> None:
    queue(reference="digest:1")
    for number in range(3):
        put(letters()[0], "5.0.0", f"no {number}")
        assert read_bounces(tmp_path, now(), move=True) == BounceCounts(noted=1)
        queue(URGENT, reference=f"reminder:{number}")
        put(letters()[-1], "5.0.0", "no")
        assert read_bounces(tmp_path, now(), move=True) == BounceCounts(noted=1)


def test_refusals_without_a_reason_count_for_ninety_days(put: Put, now: Clock, tmp_path: Path) -> None:
    for number in range(3):
        queue(reference=f"digest:{number}", created_at=now())
        put(letters()[-1], "5.0.0", "no")
        assert read_bounces(tmp_path, now(), move=True) == BounceCounts(noted=1)
        now.pass_time(days=45)


def test_a_full_mailbox_is_no_refusal_without_a_reason(put: Put, now: Clock, tmp_path: Path) -> None:
    for number, status in enumerate(["5.2.2", "5.2.2", "5.0.0"]):
        queue(reference=f"digest:{number}", created_at=now())
        put(letters()[-1], status, "no")
        assert read_bounces(tmp_path, now(), move=True) == BounceCounts(noted=1)


def test_a_lift_begins_the_count_anew(put: Put, now: Clock, tmp_path: Path) -> None:
    for week in range(5):
        queue(reference=f"digest:{week}", created_at=now())
        put(letters()[-1], "5.0.0", "no")
        counts = read_bounces(tmp_path, now(), move=True)
        assert counts.suppressed == (week == 2)
        now.pass_time(hours=1)
        if counts.suppressed:
            row = find_suppressed("MEMBER0@promotion.example ")
            assert row
            assert lift_suppression(row.id, None, now())
        now.pass_time(days=7)


def test_a_sign_in_link_is_sent_to_a_suppressed_address(put: Put, now: Clock, tmp_path: Path, relay: Relay) -> None:
    queue()
    put(letters()[0])
    assert read_bounces(tmp_path, now()) == BounceCounts(suppressed=1)
    queue(URGENT, reference="sign-in:1")
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (1, 1), "the weekly letter is held back, the sign-in letter is not"
