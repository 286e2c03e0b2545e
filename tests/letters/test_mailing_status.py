"""What the coordination sees of a mailing's letters, and what it decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.database import db
from app.letters.admin_actions import (
    lift_suppression,
    pause_mailing,
    resume_mailing,
    retry_mailing,
    send_unknown_again,
    take_unknown_as_sent,
)
from app.letters.delivery import deliver
from app.letters.mailing_status import MailingStatus, StatusCounts, find_mailing_status
from app.letters.models import AdminActionLog, SuppressedAddress
from app.letters.states import AdminAction, EventType, Reason
from app.letters.suppression import suppress, suppressed_addresses
from tests.builders import make_person
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, Clock, events, letters, queue, use_relay
from tests.letters.scripted_relay import HANG_UP, ScriptedRelay


@pytest.fixture
def coordinator(app: Flask) -> int:
    """The id of somebody of the coordination."""
    return make_person("coordination@promotion.example").id


def status() -> MailingStatus:
    db.session.rollback()
    found = find_mailing_status("mailing:1")
    assert found is not None
    return found


def refuse_one(relay: Relay, now: Clock) -> None:
    relay.refused_recipients["member1@promotion.example"] = "550 5.1.1 no such mailbox"
    queue(number=3)
    deliver(now)


def leave_one_unknown(app: Flask, relay: ScriptedRelay, now: Clock) -> None:
    use_relay(app, relay.url)
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], interrupted_letters="at_most_once")
    relay.script["CONTENT"] = [HANG_UP]
    queue(number=2)
    deliver(now)


def test_a_mailing_is_counted_by_state_over_its_languages(app: Flask, relay: Relay, now: Clock) -> None:
    refuse_one(relay, now)
    queue(number=0, locale="en")
    assert status().counts == StatusCounts(sent=2, failed=1)
    assert status().counts.total == 3


def test_what_failed_is_shown_with_the_relays_words(app: Flask, relay: Relay, now: Clock) -> None:
    refuse_one(relay, now)
    (letter,) = status().in_trouble
    assert (letter.to_email, letter.reason) == ("member1@promotion.example", Reason.REFUSED)
    assert (letter.smtp_code, letter.smtp_text) == (550, "5.1.1 no such mailbox")


def test_a_mailing_that_was_never_posted_is_not_found(app: Flask) -> None:
    assert find_mailing_status("mailing:404") is None


def test_failed_letters_are_sent_again_when_asked(app: Flask, relay: Relay, now: Clock, coordinator: int) -> None:
    refuse_one(relay, now)
    relay.refused_recipients.clear()
    now.pass_time(days=10)
    assert retry_mailing("mailing:1", coordinator, now()) == 1
    assert [event.type for event in events()] == [EventType.FAILED, EventType.RETRIED]
    assert deliver(now).sent == 1
    assert status().counts == StatusCounts(sent=3)


def test_deferred_letters_are_due_at_once_when_asked(app: Flask, relay: Relay, now: Clock, coordinator: int) -> None:
    relay.refused_recipients["member0@promotion.example"] = "451 later"
    queue()
    deliver(now)
    relay.refused_recipients.clear()
    assert retry_mailing("mailing:1", coordinator, now()) == 1
    assert deliver(now).sent == 1


def test_another_mailing_is_left_alone(app: Flask, relay: Relay, now: Clock, coordinator: int) -> None:
    refuse_one(relay, now)
    queue(reference="mailing:2")
    assert retry_mailing("mailing:2", coordinator, now()) == 0
    assert status().counts.failed == 1


def test_unknown_letters_are_sent_again_with_the_same_message_id(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock, coordinator: int
) -> None:
    leave_one_unknown(app, scripted_relay, now)
    assert status().counts.unknown == 1
    assert status().interruptions == 1
    assert send_unknown_again("mailing:1", coordinator, now()) == 1
    assert deliver(now).sent == 1
    assert letters()[0].message_id.encode() in scripted_relay.got[-1].raw


def test_unknown_letters_can_be_taken_as_sent(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock, coordinator: int
) -> None:
    leave_one_unknown(app, scripted_relay, now)
    assert take_unknown_as_sent("mailing:1", coordinator, now()) == 1
    assert status().counts == StatusCounts(sent=2)
    assert deliver(now).sent == 0


def test_every_action_is_logged_with_who_and_when(app: Flask, now: Clock, coordinator: int) -> None:
    queue(number=2)
    pause_mailing("mailing:1", coordinator, now())
    assert status().paused_at == now()
    now.pass_time(minutes=5)
    resume_mailing("mailing:1", coordinator, now())
    assert status().paused_at is None
    acts = [(act.action, act.person_id, act.at) for act in status().actions]
    assert acts == [(AdminAction.RESUME, coordinator, now()), (AdminAction.PAUSE, coordinator, FRIDAY)]


def test_a_lifted_address_gets_letters_again(app: Flask, relay: Relay, now: Clock, coordinator: int) -> None:
    queue()
    suppress("member0@promotion.example", "5.1.1", "unknown user", letters()[0].id, FRIDAY)
    db.session.commit()
    assert deliver(now).failed == 1
    (suppressed,) = db.session.scalars(db.select(SuppressedAddress))
    assert lift_suppression(suppressed.id, coordinator, now())
    assert not lift_suppression(suppressed.id, coordinator, now())
    assert suppressed_addresses() == set()
    assert [act.action for act in db.session.scalars(db.select(AdminActionLog))] == [AdminAction.LIFT]
    retry_mailing("mailing:1", coordinator, now())
    assert deliver(now).sent == 1


def test_an_address_can_be_suppressed_anew_after_it_was_lifted(app: Flask, now: Clock, coordinator: int) -> None:
    queue()
    letter_id = letters()[0].id
    suppress("member0@promotion.example", "5.1.1", "first", letter_id, FRIDAY)
    suppress("member0@promotion.example", "5.1.1", "second", letter_id, FRIDAY)
    db.session.commit()
    (row,) = db.session.scalars(db.select(SuppressedAddress))
    assert row.text == "first"
    lift_suppression(row.id, coordinator, now())
    suppress("MEMBER0@promotion.example", "5.1.1", "third", letter_id, now())
    db.session.commit()
    assert [row.text for row in db.session.scalars(db.select(SuppressedAddress))] == ["third"]
    assert suppressed_addresses() == {"member0@promotion.example"}
