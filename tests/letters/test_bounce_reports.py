"""The forms in which things come back: reports by recipient, texts for people, complaints, automatic answers."""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime

import pytest

from app.letters.bounces.report import find_letter, read_report
from app.letters.bounces.verdict import Report
from app.letters.states import BounceVerdict
from app.letters.verp import NamedLetter, envelope_sender

MEMBER = "member0@promotion.example"
SECRET = "a secret"
CREATED_AT = datetime(2026, 11, 13, 14, 5, tzinfo=UTC)
OURS = envelope_sender(7, CREATED_AT, SECRET, "bulletins.example")
UNKNOWN = "smtp; 550 5.1.1 user unknown"


def mail(body: str, content_type: str = "text/plain; charset=utf-8", **headers: str) -> bytes:
    fields = {"From": "MAILER-DAEMON@mx.example", "To": OURS, "Subject": "Undeliverable"} | headers
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"{head}MIME-Version: 1.0\nContent-Type: {content_type}\n\n{body}".encode()


def report(*blocks: str, kind: str = "message/delivery-status") -> bytes:
    parts = [
        "Content-Type: text/plain\n\nIt could not be delivered.\n",
        f"Content-Type: {kind}\n\n" + "\n\n".join(["Reporting-MTA: dns; mx.example", *blocks]) + "\n",
        "Content-Type: text/rfc822-headers\n\nSubject: La semaine\n",
    ]
    body = "--b\n" + "\n--b\n".join(parts) + "\n--b--\n"
    return mail(body, "multipart/report; report-type=delivery-status; boundary=b")


def block(recipient: str = MEMBER, *, action: str = "failed", status: str = "5.1.1", more: str = "") -> str:
    return f"{more}Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {UNKNOWN}"


def read(data: bytes) -> BounceVerdict | None:
    found = read_report(data, MEMBER)
    return found.verdict if found else None


def test_the_block_about_our_recipient_counts_wherever_it_stands() -> None:
    full = "Final-Recipient: rfc822; other@x.example\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 full"
    assert read(report(full, block())) is BounceVerdict.GONE
    assert read(report(block(), full)) is BounceVerdict.GONE
    assert read(report(block("other@x.example"), block(action="delivered", status="2.0.0"))) is None
    assert read(report(block("other@x.example"), block(action="delayed", status="4.4.1"))) is BounceVerdict.INNOCENT


def test_a_report_in_the_form_for_international_addresses() -> None:
    assert read(report(block(), kind="message/global-delivery-status")) is BounceVerdict.GONE
    encoded = base64.b64encode(f"Reporting-MTA: dns; mx.example\n\n{block()}\n".encode()).decode()
    data = report(kind="message/global-delivery-status\nContent-Transfer-Encoding: base64")
    assert read(data.replace(b"Reporting-MTA: dns; mx.example", encoded.encode())) is BounceVerdict.GONE


@pytest.mark.parametrize("recipient", ["<MEMBER0@Promotion.example>", f'"{MEMBER}"', MEMBER.upper()])
def test_however_the_recipient_is_written(recipient: str) -> None:
    assert read(report(block(recipient))) is BounceVerdict.GONE


def test_a_report_from_beyond_a_forwarder_is_about_another_address() -> None:
    original = f"Original-Recipient: rfc822; {MEMBER}\n"
    assert read(report(block("somebody@elsewhere.example"))) is BounceVerdict.OTHER_ADDRESS
    assert read(report(block("somebody@elsewhere.example", more=original))) is BounceVerdict.OTHER_ADDRESS
    inside = block("mbr0@mail.promotion.example", more=original)
    assert read(report(inside)) is BounceVerdict.GONE, "a name within its own domain is the same mailbox"
    forwarded = mail("<somebody@elsewhere.example>: user unknown\n", X_Failed_Recipients="somebody@elsewhere.example")
    assert read(forwarded) is BounceVerdict.OTHER_ADDRESS


EXIM = """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {recipient}
    host mx.promotion.example [192.0.2.1]
    SMTP error from remote mail server after {after}

------ This is a copy of the message, including all the headers. ------

Return-path: <bounces@bulletins.example>
Subject: spam, quota, and a user unknown to most

A text that says « user unknown » and « mailbox full ».
"""
QMAIL = """\
Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{recipient}>:
{after}

--- Below this line is a copy of the message.

Subject: La semaine
"""
DOMINO = """\
Your message

  Subject: Le mot du modérateur

was not delivered to:

  {recipient}

because:

  {after}
"""
PROSE = [
    (EXIM, "RCPT TO: 550 5.1.1 User unknown", BounceVerdict.GONE),
    (EXIM, "end of data: 550 5.7.1 looks like junk", BounceVerdict.INNOCENT),
    (EXIM, "initial connection: 571 No PTR Record found. Reverse DNS required", BounceVerdict.INNOCENT),
    (EXIM, "RCPT TO: 550 no", BounceVerdict.UNDECIDED),
    (QMAIL, "Sorry, no mailbox here by that name. (#5.1.1)", BounceVerdict.GONE),
    (QMAIL, "192.0.2.1 does not like recipient.\nRemote host said: 550 no such user\nGiving up.", BounceVerdict.GONE),
    (QMAIL, "192.0.2.1 does not like recipient.\nRemote host said: 450 4.2.2 full\nGiving up.", BounceVerdict.INNOCENT),
    (QMAIL, "I couldn't find any host named promotion.example. (#5.1.2)", BounceVerdict.GONE),
    (DOMINO, "User member0 (member0@promotion.example) not listed in Domino Directory", BounceVerdict.GONE),
]


@pytest.mark.parametrize(("form", "after", "verdict"), PROSE)
def test_a_text_for_people_is_read_up_to_the_letter_that_it_returns(
    form: str, after: str, verdict: BounceVerdict
) -> None:
    assert read(mail(form.format(recipient=MEMBER, after=after))) is verdict


def test_a_report_whose_parts_never_begin_is_read_as_a_text() -> None:
    text = f"Error: Invalid user address\n\n550 - Requested action not taken: no such user here\n\nRCPT TO: {MEMBER}\n"
    assert read(mail(text, "multipart/mixed; boundary=never", From="post_master@mx.example")) is BounceVerdict.GONE


def test_a_warning_that_it_takes_longer_is_no_failure() -> None:
    text = f"Your message to {MEMBER} has not yet been delivered. It will be retried. User unknown."
    assert read(mail(text)) is BounceVerdict.INNOCENT
    assert read(mail(f"{MEMBER}: user unknown", Subject="Warning: message delayed 24 hours")) is BounceVerdict.INNOCENT


COMPLAINT = """\
--b
Content-Type: text/plain

This is an email abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeFBL/1.0
Version: 1
Original-Mail-From: <{ours}>

--b
Content-Type: message/rfc822

Return-Path: <{ours}>
Subject: La semaine

--b--
"""


def complaint(kind: str = "abuse", **headers: str) -> bytes:
    body = COMPLAINT.format(kind=kind, ours=OURS)
    return mail(body, "multipart/report; report-type=feedback-report; boundary=b", From="fbl@mx.example", **headers)


def test_a_complaint_finds_its_letter_through_the_returned_letters_sender() -> None:
    assert find_letter(complaint(To="abuse@bulletins.example"), SECRET) == NamedLetter(7, int(CREATED_AT.timestamp()))
    assert find_letter(complaint(To="abuse@bulletins.example"), "another secret") is None
    assert read_report(complaint(), MEMBER) == Report(BounceVerdict.COMPLAINT, "", "abuse SomeFBL/1.0")


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure"])
def test_not_every_feedback_is_a_complaint(kind: str) -> None:
    assert read(complaint(kind)) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied", "Subject": "Je suis en congé"},
        {"Auto_Submitted": "auto-replied (vacation)", "Subject": "Re: La semaine"},
        {"Subject": "Réponse automatique : La semaine"},
        {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique_=3A_La_semaine?="},
        {"Subject": "Out of Office: La semaine"},
        {"Subject": "Absence du bureau"},
    ],
)
def test_an_out_of_office_answer_is_one_whatever_it_says(headers: dict[str, str]) -> None:
    away = mail("I have left; this address does not exist any more.\n", From=MEMBER, Return_Path="<>", **headers)
    assert read(away) is BounceVerdict.AUTOMATIC_ANSWER


def test_exims_reports_call_themselves_answers() -> None:
    text = EXIM.format(recipient=MEMBER, after="RCPT TO: 550 5.1.1 User unknown")
    assert read(mail(text, Auto_Submitted="auto-replied", X_Failed_Recipients=MEMBER)) is BounceVerdict.GONE


def test_somebodys_answer_is_no_report() -> None:
    answer = mail("User unknown? Not at all: thank you!", From=MEMBER, Subject="Re: La semaine")
    assert read(answer) is None


def test_a_message_that_was_read_is_no_report() -> None:
    body = "--b\nContent-Type: message/disposition-notification\n\nDisposition: automatic-action; displayed\n\n--b--\n"
    assert read(mail(body, "multipart/report; boundary=b", From=MEMBER, Subject="Lu : La semaine")) is None


LARGE = 250_000  # characters, nearly all that is read of a mail


@pytest.mark.parametrize("word", ["a", "a.", "550-"])
def test_no_header_takes_long_whoever_wrote_it(word: str) -> None:
    begun = time.process_time()
    assert find_letter(f"To: {word * (LARGE // len(word))}\n\nHello".encode(), SECRET) is None
    assert time.process_time() - begun < 2


def test_no_report_takes_long() -> None:
    begun = time.process_time()
    read(report("X-Trace: " + "https://a " * (LARGE // 10)))
    read(mail("a" * LARGE))
    read(mail("Invalid final delivery userid:\n" + "<" * LARGE))  # a detector of flufl.bounce looks at each line
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("action", ["failed", "delayed"])
def test_a_status_that_is_none_is_no_code(action: str) -> None:
    found = read_report(report(block("other@x.example", action=action, status="5.\x00\x1b[1m")), MEMBER)
    assert found is not None
    assert found.code == ""
