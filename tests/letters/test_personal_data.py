"""Private letters: their content is erased once they have left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.database import db
from app.failpoints import on_failpoint
from app.letters.delivery import deliver, deliver_one_pass
from app.letters.kinds import get_kind
from app.letters.models import Bounce, Mailing
from app.letters.models import Relay as RelayRow
from app.letters.personal_data import PRIVATE_CONTENT_LIFETIME, erase_for, erase_private_content, export_for
from app.letters.states import BounceVerdict, Reason, State
from tests.builders import make_person, saved
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, TEXT, URGENT, Clock, events, letters, queue, use_relay
from tests.letters.scripted_relay import ScriptedRelay

SECRET = "Appelons-nous demain."


def queue_secret(number: int = 1) -> None:
    queue(URGENT, number, text=SECRET, html=SECRET, subject=SECRET, reply_to="ada@karfur.example", private=True)


def contents() -> list[tuple[str | None, ...]]:
    columns = (Mailing.subject, Mailing.text, Mailing.html, Mailing.reply_to)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(Mailing.id))]


def test_a_private_mailing_is_emptied_once_all_its_letters_have_left(app: Flask, relay: Relay, now: Clock) -> None:
    queue_secret(2)
    relay.refused_recipients = {"member1@promotion.example": "450 later"}
    deliver_one_pass(now)
    assert erase_private_content(now()) == 0
    relay.refused_recipients = {}
    now.pass_time(minutes=2)
    deliver_one_pass(now)
    assert [SECRET in letter.text for letter in relay.messages] == [True, True]
    assert erase_private_content(now()) == 1
    assert contents() == [("", "", "", None)]
    assert erase_private_content(now()) == 0


def test_what_failed_is_kept_for_a_month_so_that_it_can_be_sent_again(app: Flask, relay: Relay, now: Clock) -> None:
    queue_secret()
    relay.refused_recipients = {"member0@promotion.example": "550 no"}
    deliver_one_pass(now)
    assert erase_private_content(FRIDAY + PRIVATE_CONTENT_LIFETIME) == 0
    assert erase_private_content(FRIDAY + PRIVATE_CONTENT_LIFETIME + timedelta(seconds=1)) == 1


def test_somebody_erased_is_answered_to_no_more_and_a_mailing_to_everybody_keeps_its_text(app: Flask) -> None:
    queue(reply_to="anne@x.example, ada@karfur.example, nada@karfur.example")
    queue(reply_to="ada@karfur.example", reference="mailing:2")
    queue(URGENT, text=SECRET, reply_to="ada@karfur.example", private=True, reference="mailing:3")
    erase_for(1, "ada@karfur.example")
    db.session.commit()
    assert [(text, reply_to) for _, text, _, reply_to in contents()] == [
        (TEXT, "anne@x.example, nada@karfur.example"),
        (TEXT, None),
        ("", None),
    ]


def test_mailings_that_are_not_private_are_kept_as_sent(app: Flask, relay: Relay, now: Clock) -> None:
    queue()
    deliver_one_pass(now)
    assert erase_private_content(FRIDAY + timedelta(days=400)) == 0
    assert contents()[0][1] == TEXT


def test_a_note_whose_text_was_forgotten_is_held_back(app: Flask, relay: Relay, now: Clock) -> None:
    add = {"text": "", "html": "", "subject": "", "private": True}
    queue(reference="note:1", kind=get_kind("note"), **add)
    deliver_one_pass(now)
    assert [(letter.state, letter.reason) for letter in letters()] == [(State.FAILED, Reason.WITHHELD)]
    assert relay.messages == []


def test_what_came_back_is_exported_and_its_words_are_erased(app: Flask, now: Clock) -> None:
    queue()
    person = make_person("Léa")
    letter = letters()[0]
    letter.person_id = person.id
    report = {"verdict": BounceVerdict.INNOCENT, "permanent": False, "code": "5.2.2", "text": "Léa's mailbox is full"}
    saved(Bounce(fingerprint="0" * 64, letter_id=letter.id, read_at=now(), **report))
    expected = {"at": now(), "meaning": "innocent", "code": "5.2.2", "text": "Léa's mailbox is full"}
    assert export_for(person.id, "lea@x.example")["came_back"] == [expected]
    erase_for(person.id, "lea@x.example")
    assert db.session.scalars(db.select(Bounce.text)).all() == [""]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "answer", ["550 5.1.1 <member0@promotion.example> unknown", "450 <member0@promotion.example> later"]
)
def test_what_a_relay_says_of_somebody_erased_while_their_letter_leaves_is_not_kept(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock, answer: str
) -> None:
    person_id = make_person("Léa").id
    use_relay(app, scripted_relay.url)
    queue()
    [letter] = letters()
    letter.person_id, letter.personal = person_id, True
    db.session.commit()
    scripted_relay.script["RCPT"] = [answer]

    def erase(name: str) -> None:
        if name == "answered":
            with app.app_context():
                erase_for(person_id, "member0@promotion.example")
                db.session.commit()

    on_failpoint(erase)
    try:
        deliver(now)
    finally:
        on_failpoint(None)
    [letter] = letters()
    assert (letter.to_email, letter.person_id, letter.smtp_text) == ("", None, None)
    assert [event.detail for event in events()] == [""]


def test_a_private_mailing_to_others_as_well_and_the_relays_words_about_somebody_erased(app: Flask) -> None:
    person_id = make_person("Léa").id
    queue(URGENT, 2, text=SECRET, private=True)
    letter = letters()[0]
    letter.person_id = person_id
    saved(RelayRow(id=1, consecutive_errors=1, last_error="550 <lea@x.example> no"))
    erase_for(person_id, "lea@x.example")
    db.session.commit()
    assert contents()[0][1] == SECRET, "the other one still waits for it"
    assert db.session.scalars(select(RelayRow.last_error)).all() == [""]
