"""Letters that came back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.database import db
from app.jobs import JOBS
from app.letters.bounces.acting import BounceCounts
from app.letters.bounces.service import MOST_OF_ONE_LETTER, read_bounce_mailbox, read_bounces
from app.letters.delivery import deliver
from app.letters.models import Bounce
from app.letters.states import EventType
from app.letters.suppression import suppressed_addresses
from app.letters.verp import envelope_sender
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, Clock, events, letters, queue
from tests.letters.reports import REPORT

NO_SUCH_MAILBOX = "no such\n    mailbox here"


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
        text: str = NO_SUCH_MAILBOX,
        more: str = "",
        name: str = "1.eml",
    ) -> None:
        values = {"to": to or self.sender, "recipient": recipient, "action": action, "status": status, "more": more}
        (self.folder / name).write_text(REPORT.format(**values).replace(NO_SUCH_MAILBOX, text))

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


@pytest.mark.parametrize(
    ("status", "text"),
    [("5.2.2", NO_SUCH_MAILBOX), ("5.3.4", NO_SUCH_MAILBOX), ("5.1.8", NO_SUCH_MAILBOX), ("5.7.1", "not now")],
)
def test_a_full_mailbox_or_a_policy_does_not_end_an_address(returned: Returned, status: str, text: str) -> None:
    returned.put(status=status, text=text)
    assert returned.read() == BounceCounts(noted=1)


@pytest.mark.parametrize("status", ["5.0.0", "5.1.1", "5.1.10", "5.2.1"])
def test_a_mailbox_that_does_not_exist_ends_an_address(returned: Returned, status: str) -> None:
    returned.put(status=status)
    assert returned.read() == BounceCounts(suppressed=1)


def test_a_report_about_another_address_ends_neither(returned: Returned) -> None:
    returned.put(recipient="member1@promotion.example")
    assert returned.read() == BounceCounts(noted=1, other_address=1)
    assert suppressed_addresses() == set()


def test_a_forged_report_is_ignored(returned: Returned) -> None:
    forged = envelope_sender(letters()[0].id, letters()[0].created_at, "another secret", "bulletins.example")
    returned.put(to=forged)
    assert returned.read() == BounceCounts(ignored=1)
    assert suppressed_addresses() == set()


def test_a_report_for_a_letter_that_is_gone_is_ignored(returned: Returned, app: Flask) -> None:
    returned.put(to=envelope_sender(9999, FRIDAY, app.config["SETTINGS"].secret_key, "bulletins.example"))
    assert returned.read() == BounceCounts(ignored=1)


def test_a_report_for_a_letter_of_before_a_restoration_is_not_taken_for_the_one_that_has_its_id_now(
    returned: Returned,
) -> None:
    letters()[0].created_at += timedelta(days=1)  # the backup did not hold it; another got its id
    db.session.commit()
    returned.put()
    assert returned.read() == BounceCounts(ignored=1)
    assert suppressed_addresses() == set()


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
    assert read_bounce_mailbox(returned.now()) == BounceCounts(), "what was read is moved"
    assert [path.name for path in (returned.folder / "read").iterdir()] == ["1.eml"]


def test_what_was_read_of_a_maildir_is_moved_and_never_looked_at_again(returned: Returned) -> None:
    for name in ("new", "cur", "tmp"):
        (returned.folder / name).mkdir()
    returned.put(name="new/1.host")
    (returned.folder / "cur/2.host:2,").write_text("Subject: hello\n\nA word.\n")
    returned.read()
    assert [path.name for path in returned.folder.glob("[nc]*/*")] == []
    assert sorted(path.name for path in (returned.folder / ".read/cur").iterdir()) == ["1.host:2,S", "2.host:2,S"]
    returned.put(name="new/1.host")
    assert returned.read() == BounceCounts(known=1)
    assert len(list((returned.folder / ".read/cur").iterdir())) == 3, "no mail takes the place of another"


def test_a_folder_to_try_things_out_is_left_alone(returned: Returned) -> None:
    returned.put()
    returned.read()
    assert [path.name for path in returned.folder.iterdir()] == ["1.eml"]


def test_what_cannot_be_moved_is_said_and_acts_once(
    returned: Returned, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    returned.put()
    (returned.folder / "read").write_text("a file where the folder should be")
    assert read_bounces(returned.folder, returned.now(), move=True) == BounceCounts(suppressed=1)
    assert "1.eml cannot be moved" in caplog.text
    assert read_bounces(returned.folder, returned.now(), move=True) == BounceCounts(known=1)


def nested(sender: str) -> bytes:
    """A mail of a thousand parts, each inside another, which came back to `sender`."""
    head = f"From: MAILER-DAEMON@mx.example\nTo: {sender}\n".encode()
    return head + b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (i, i) for i in range(1_000))


def test_one_mail_that_breaks_the_parser_keeps_no_other_from_being_read(returned: Returned) -> None:
    (returned.folder / "0.eml").write_bytes(nested(returned.sender))
    returned.put()
    assert read_bounces(returned.folder, returned.now(), move=True) == BounceCounts(suppressed=1, unreadable=1)
    assert read_bounces(returned.folder, returned.now(), move=True) == BounceCounts()


def test_a_mail_that_came_back_to_no_letter_of_ours_is_not_parsed(returned: Returned) -> None:
    (returned.folder / "0.eml").write_bytes(nested("postmaster@bulletins.example"))
    assert returned.read() == BounceCounts(ignored=1)


def test_only_the_beginning_of_a_large_mail_is_read(returned: Returned) -> None:
    returned.put()
    with (returned.folder / "1.eml").open("ab") as file:
        file.write(b"x" * 10_000_000)
    assert returned.read() == BounceCounts(suppressed=1)


def to(sender: str, message: str) -> bytes:
    return f"To: {sender}\n{message}".encode()


def test_complaints_and_automatic_answers_are_counted_and_change_nothing(returned: Returned) -> None:
    feedback = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n"
    (returned.folder / "1.eml").write_bytes(to(returned.sender, feedback))
    (returned.folder / "2.eml").write_bytes(to(returned.sender, "Auto-Submitted: auto-replied\n\nI am away.\n"))
    assert returned.read() == BounceCounts(complaints=1, automatic_answers=1)
    assert suppressed_addresses() == set()
    assert {bounce.verdict for bounce in db.session.scalars(db.select(Bounce))} == {"complaint", "automatic_answer"}


def test_a_mail_on_which_a_detector_fails_leaves_no_traceback(
    returned: Returned, caplog: pytest.LogCaptureFixture
) -> None:
    (returned.folder / "1.eml").write_bytes(to(returned.sender, "From: \nSubject: failure notice\n\nNo.\n"))
    assert returned.read() == BounceCounts(noted=1)
    assert caplog.text == ""


@pytest.mark.both_databases
def test_a_status_with_a_null_byte_keeps_no_other_mail_from_being_read(returned: Returned) -> None:
    returned.put(name="0.eml", action="delayed", status="4.\0")
    returned.put()
    assert returned.read() == BounceCounts(suppressed=1, noted=1)


def test_whoever_knows_the_address_of_a_letter_fills_no_table_with_it(returned: Returned) -> None:
    for number in range(MOST_OF_ONE_LETTER + 2):
        returned.put(name=f"{number}.eml", status="4.2.0", more=f"X-Number: {number}\n")
    assert returned.read() == BounceCounts(noted=MOST_OF_ONE_LETTER, ignored=2)
    returned.put(name="last.eml", more="X-Number: last\n")
    assert returned.read() == BounceCounts(known=MOST_OF_ONE_LETTER, ignored=3)
