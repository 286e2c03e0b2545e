"""Letters that came back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.database import db
from app.jobs import JOBS
from app.letters.bounces import BounceCounts, read_bounce_mailbox, read_bounces
from app.letters.models import Bounce
from app.letters.states import EventType
from app.letters.suppression import suppressed_addresses
from app.letters.verp import envelope_sender
from app.letters.worker import deliver
from tests.fixtures.relay import Relay
from tests.letters.conftest import Clock, events, letters, queue

REPORT = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
{more}Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="frontier"

--frontier
Content-Type: text/plain

It could not be delivered.

--frontier
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
    mailbox here

--frontier
Content-Type: message/rfc822

Subject: La semaine

--frontier--
"""


@pytest.fixture
def returned(app: Flask, relay: Relay, now: Clock, tmp_path: Path) -> Returned:
    """A letter that was sent, and a folder for what comes back."""
    queue(number=2)
    deliver(now)
    return Returned(relay.messages[0].envelope_from, tmp_path, now)


class Returned:
    """Puts reports into a folder and has them read."""

    def __init__(self, sender: str, folder: Path, now: Clock) -> None:
        self.sender = sender
        self.folder = folder
        self.now = now

    def put(
        self,
        *,
        to: str | None = None,
        recipient: str = "member0@promotion.example",
        action: str = "failed",
        status: str = "5.1.1",
        more: str = "",
        name: str = "1.eml",
    ) -> None:
        values = {"to": to or self.sender, "recipient": recipient, "action": action, "status": status, "more": more}
        (self.folder / name).write_text(REPORT.format(**values))

    def read(self) -> BounceCounts:
        return read_bounces(self.folder, self.now())


def test_a_permanent_failure_suppresses_the_address_at_once(returned: Returned) -> None:
    returned.put()
    assert returned.read() == BounceCounts(suppressed=1)
    assert suppressed_addresses() == {"member0@promotion.example"}
    (bounce,) = db.session.scalars(db.select(Bounce))
    assert (bounce.letter_id, bounce.code, bounce.permanent) == (letters()[0].id, "5.1.1", True)
    assert bounce.text == "smtp; 550 5.1.1 no such mailbox here"
    assert [event.letter_id for event in events(EventType.BOUNCED)] == [letters()[0].id]


def test_a_file_read_twice_acts_once(returned: Returned) -> None:
    returned.put()
    returned.read()
    assert returned.read() == BounceCounts(known=1)
    assert len(events(EventType.BOUNCED)) == 1


def test_a_delay_is_only_noted(returned: Returned) -> None:
    returned.put(action="delayed", status="4.4.1")
    assert returned.read() == BounceCounts(noted=1)
    assert suppressed_addresses() == set()


@pytest.mark.parametrize("status", ["5.2.2", "5.3.4", "5.7.1", "5.1.8"])
def test_a_full_mailbox_or_a_policy_does_not_end_an_address(returned: Returned, status: str) -> None:
    returned.put(status=status)
    assert returned.read() == BounceCounts(noted=1)


@pytest.mark.parametrize("status", ["5.0.0", "5.1.1", "5.1.10", "5.2.1"])
def test_a_mailbox_that_does_not_exist_ends_an_address(returned: Returned, status: str) -> None:
    returned.put(status=status)
    assert returned.read() == BounceCounts(suppressed=1)


def test_a_report_about_another_address_ends_neither(returned: Returned) -> None:
    returned.put(recipient="member1@promotion.example")
    assert returned.read() == BounceCounts(noted=1)
    assert suppressed_addresses() == set()


def test_a_forged_report_is_ignored(returned: Returned) -> None:
    forged = envelope_sender(letters()[0].id, "another secret", "bulletins.example")
    returned.put(to=forged)
    assert returned.read() == BounceCounts(ignored=1)
    assert suppressed_addresses() == set()


def test_a_report_for_a_letter_that_is_gone_is_ignored(returned: Returned, app: Flask) -> None:
    returned.put(to=envelope_sender(9999, app.config["SETTINGS"].secret_key, "bulletins.example"))
    assert returned.read() == BounceCounts(ignored=1)


def test_the_envelope_is_found_where_the_mail_server_notes_it(returned: Returned) -> None:
    returned.put(to="postmaster@bulletins.example", more=f"Delivered-To: {returned.sender}\n")
    assert returned.read() == BounceCounts(suppressed=1)


def test_the_case_of_addresses_does_not_matter(returned: Returned) -> None:
    returned.put(to=returned.sender.upper(), recipient="MEMBER0@promotion.example")
    assert returned.read() == BounceCounts(suppressed=1)


@pytest.mark.parametrize(
    "junk", [b"", b"\x00\xff\xfe", b"Subject: hello\n\nA word.\n", b"To: <>\nContent-Type: x/\n\n"]
)
def test_other_mail_is_ignored(returned: Returned, junk: bytes) -> None:
    (returned.folder / "junk.eml").write_bytes(junk)
    (returned.folder / "notes.txt").write_bytes(junk)
    assert returned.read() == BounceCounts(ignored=1)


def test_an_automatic_answer_is_ignored(returned: Returned) -> None:
    (returned.folder / "away.eml").write_text(f"To: {returned.sender}\nSubject: I am away\n\nBack on Monday.\n")
    assert returned.read() == BounceCounts(ignored=1)


def test_a_maildir_is_read_in_both_its_folders(returned: Returned) -> None:
    for name in ("new", "cur", "tmp"):
        (returned.folder / name).mkdir()
    returned.put(name="new/1.host")
    returned.put(name="cur/2.host:2,S", status="5.0.0")
    returned.put(name="tmp/3.host", status="4.0.0")
    assert returned.read() == BounceCounts(suppressed=2)


def test_the_job_process_reads_the_mailbox_of_the_setting(returned: Returned, app: Flask) -> None:
    job = next(job for job in JOBS if job.name == "bounces")
    returned.put()
    job.run(lambda: False)
    assert suppressed_addresses() == set()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], bounce_url=f"folder://{returned.folder}")
    job.run(lambda: False)
    assert len(suppressed_addresses()) == 1
    assert read_bounce_mailbox(returned.now()) == BounceCounts(known=1)
