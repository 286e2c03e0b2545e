"""Sending all that is due, through a real relay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.database import db
from app.letters import kinds
from app.letters.admin_actions import retry_mailing
from app.letters.delivery import deliver, deliver_one_pass
from app.letters.kinds import Kind, LetterContext, UnsubscribedError, WithheldError
from app.letters.models import SuppressedAddress
from app.letters.outbox import Addressee, add_mailing, queue_letters
from app.letters.run import RunReport
from app.letters.states import EventType, Reason, State
from app.letters.suppression import suppress
from app.letters.verp import NamedLetter, find_named_letter
from tests.builders import make_person
from tests.fixtures.relay import Relay
from tests.letters.conftest import FRIDAY, URGENT, Clock, events, letters, queue, urls_of, use_relay
from tests.letters.scripted_relay import ScriptedRelay


def test_every_letter_arrives_once_with_its_own_urls(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=3)
    counts = deliver(now)
    assert (counts.sent, counts.queued, counts.failed, counts.unknown, counts.deferred) == (3, 0, 0, 0, 0)
    for i, letter in enumerate(letters()):
        (received,) = relay.to(f"member{i}@promotion.example")
        assert f"token={letter.id}&x=1" in received.text
        assert f"token={letter.id}&amp;x=1" in received.html
        assert received["Message-ID"] == letter.message_id
        assert received["List-Unsubscribe"] == f"<https://bulletins.example/unsubscribe/{letter.id}>"
        assert received["Date"] == "Fri, 08 Mar 2019 14:05:00 +0000"


def test_everybody_sees_that_a_letter_is_being_sent_before_the_relay_has_it(
    app: Flask, scripted_relay: ScriptedRelay, now: Clock
) -> None:
    use_relay(app, scripted_relay.url)
    queue()
    seen: list[State] = []

    def look() -> str:
        with app.test_request_context():  # as a page reads, which waits for no writer
            seen.extend(letter.state for letter in letters())
        return "354 go ahead"

    scripted_relay.script["DATA"] = [look]
    assert deliver(now).sent == 1
    assert seen == [State.SUBMITTING]


def test_a_letter_that_left_leaves_its_mark_and_no_event(app: Flask, now: Clock) -> None:
    queue()
    now.pass_time(minutes=2)
    deliver(now)
    (letter,) = letters()
    assert (letter.state, letter.sent_at, letter.smtp_code) == (State.SENT, now.moment, 250)
    assert (letter.claimed_by, letter.lease_until) == (None, None)
    assert events() == []


def test_nothing_is_sent_twice(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=2)
    assert deliver(now).sent == 2
    assert deliver(now).sent == 0
    assert len(relay.messages) == 2


def test_the_envelope_sender_names_the_letter(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=2)
    deliver(now)
    secret = app.config["SETTINGS"].secret_key
    found = [find_named_letter(received.envelope_from, secret) for received in relay.messages]
    assert found == [NamedLetter(letter.id, int(letter.created_at.timestamp())) for letter in letters()]


def test_more_letters_than_a_batch_all_leave(app: Flask, relay: Relay, now: Clock) -> None:
    use_relay(app, relay.url, batch=5)
    queue(number=23)
    assert deliver(now).sent == 23


def test_several_connections_send_everything_once(app: Flask, relay: Relay, now: Clock) -> None:
    use_relay(app, relay.url, batch=5, connections=3)
    queue(number=23)
    assert deliver(now).sent == 23
    assert len({received["Message-ID"] for received in relay.messages}) == len(relay.messages) == 23


def test_the_most_urgent_letters_leave_first(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=2)
    queue(URGENT, reference="sign-in:1", subject="Connexion")
    deliver(now)
    assert [received["Subject"] for received in relay.messages] == ["Connexion", "La semaine", "La semaine"]


def test_an_urgent_letter_overtakes_letters_already_claimed(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=4)
    asked_for = iter([lambda: queue(URGENT, reference="sign-in:1", subject="Connexion")])

    def somebody_signs_in(report: RunReport) -> None:
        if report.sent == 1:
            next(asked_for, lambda: None)()

    deliver(now, progress=somebody_signs_in)
    # one letter was in hand when it was asked for
    assert [received["Subject"] for received in relay.messages].index("Connexion") == 2
    assert len(relay.messages) == 5


def test_a_letter_that_is_not_due_waits(app: Flask, relay: Relay, now: Clock) -> None:
    queue()
    now.pass_time(minutes=-1)
    assert deliver(now).queued == 1
    assert relay.messages == []


def test_a_refused_recipient_fails_alone(app: Flask, relay: Relay, now: Clock) -> None:
    relay.refused_recipients["member1@promotion.example"] = "550 5.1.1 no such mailbox"
    queue(number=3)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 1)
    assert not counts.run.clean
    failed = letters()[1]
    assert (failed.state, failed.reason, failed.smtp_code) == (State.FAILED, Reason.REFUSED, 550)
    assert failed.smtp_text == "5.1.1 no such mailbox"
    assert [event.type for event in events()] == [EventType.FAILED]


def test_a_deferred_letter_is_tried_again_with_the_same_bytes(app: Flask, relay: Relay, now: Clock) -> None:
    relay.refused_recipients["member0@promotion.example"] = "451 4.7.1 greylisted"
    queue()
    assert deliver(now).deferred == 1
    assert deliver(now).sent == 0  # not yet due
    del relay.refused_recipients["member0@promotion.example"]
    now.pass_time(minutes=1)
    assert deliver(now).sent == 1
    assert relay.messages[0]["Date"] == "Fri, 08 Mar 2019 14:05:00 +0000"
    assert relay.messages[0]["Message-ID"] == letters()[0].message_id
    assert letters()[0].attempts == 2


def test_a_letter_deferred_for_72_hours_is_given_up(app: Flask, relay: Relay, now: Clock) -> None:
    relay.refused_recipients["member0@promotion.example"] = "451 4.7.1 greylisted"
    queue()
    tries = 0
    while letters()[0].state is not State.FAILED:
        deliver(now)
        tries += 1
        now.moment = max(now.moment, letters()[0].due_at)
    assert now.moment == FRIDAY + timedelta(hours=72)
    assert letters()[0].reason is Reason.GIVEN_UP
    assert tries == 5 + 71  # at 0, 1, 6, 21, 81 minutes, then every hour, and at the end


def test_a_perishable_letter_that_could_not_leave_in_time_is_given_up(app: Flask, relay: Relay, now: Clock) -> None:
    queue(URGENT, reference="sign-in:1")
    now.pass_time(minutes=10)
    assert deliver(now).failed == 1
    assert letters()[0].reason is Reason.GIVEN_UP
    assert relay.messages == []


def test_a_weekly_letter_leaves_even_after_the_server_was_down_for_a_week(app: Flask, relay: Relay, now: Clock) -> None:
    queue()
    now.pass_time(days=7)
    assert deliver(now).sent == 1


def test_a_person_deleted_meanwhile_gets_nothing_and_is_accounted_for(app: Flask, relay: Relay, now: Clock) -> None:
    person = make_person("anne@promotion.example")
    mailing = add_mailing("weekly", "fr", "s", "t", "h", reference="mailing:1", created_at=FRIDAY)
    queue_letters(mailing, [Addressee(1, person.id, "anne@promotion.example", "Anne")], FRIDAY)
    db.session.delete(person)
    db.session.commit()
    assert deliver(now).failed == 1
    assert letters()[0].reason is Reason.PERSON_GONE
    assert relay.messages == []


def test_a_letter_for_no_person_in_particular_is_sent(app: Flask, relay: Relay, now: Clock) -> None:
    queue()
    assert letters()[0].person_id is None
    assert deliver(now).sent == 1


def test_an_address_suppressed_meanwhile_gets_nothing_and_is_accounted_for(
    app: Flask, relay: Relay, now: Clock
) -> None:
    queue(number=2)
    suppress("Member0@promotion.example", "5.1.1", "", letters()[0].id, FRIDAY)
    db.session.commit()
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (1, 1)
    assert letters()[0].reason is Reason.SUPPRESSED


def test_a_member_without_a_usable_address_fails_alone(app: Flask, relay: Relay, now: Clock) -> None:
    mailing = add_mailing("weekly", "fr", "s", "t", "h", reference="mailing:1", created_at=FRIDAY)
    addresses = ["", "anne@promotion.example\r\nRCPT TO:<all@promotion.example>", "bruno@promotion.example"]
    people = [Addressee(i, None, address, "Anne") for i, address in enumerate(addresses)]
    queue_letters(mailing, people, FRIDAY)
    db.session.commit()
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (1, 2)
    assert [letter.reason for letter in letters()] == [Reason.BAD_ADDRESS, Reason.BAD_ADDRESS, None]
    assert [received.envelope_to for received in relay.messages] == [["bruno@promotion.example"]]


def test_a_kind_can_hold_a_letter_back_and_say_why(app: Flask, relay: Relay, now: Clock) -> None:
    def hold_back(context: LetterContext) -> dict[str, str]:
        raise WithheldError("moved to another promotion")

    kinds.register(Kind("weekly", 30, timedelta(hours=72), hold_back, unsubscribable=True))
    queue()
    assert deliver(now).failed == 1
    letter = letters()[0]
    assert (letter.reason, letter.smtp_text) == (Reason.WITHHELD, "moved to another promotion")


def test_who_unsubscribed_meanwhile_gets_nothing_and_trying_again_leaves_them_alone(
    app: Flask, relay: Relay, now: Clock
) -> None:
    def leave(context: LetterContext) -> dict[str, str]:
        raise UnsubscribedError

    kinds.register(Kind("weekly", 30, timedelta(hours=72), leave, unsubscribable=True))
    queue()
    assert deliver(now).failed == 1
    assert letters()[0].reason is Reason.UNSUBSCRIBED
    assert retry_mailing("mailing:1", make_person().id, now()) == 0
    assert deliver(now).run.failed == 0


def test_a_kind_that_fails_on_one_letter_does_not_stop_the_others(app: Flask, relay: Relay, now: Clock) -> None:
    def stumble(context: LetterContext) -> dict[str, str]:
        if context.membership_id == 1:
            raise ZeroDivisionError("a fault of ours")
        return urls_of(context)

    kinds.register(Kind("weekly", 30, timedelta(hours=72), stumble, unsubscribable=True))
    queue(number=3)
    counts = deliver(now)
    assert (counts.sent, counts.failed) == (2, 1)
    assert letters()[1].reason is Reason.UNREADABLE


def test_a_run_that_is_told_to_stop_finishes_the_letter_in_hand_and_gives_back_the_rest(
    app: Flask, relay: Relay, now: Clock
) -> None:
    queue(number=5)
    counts = deliver(now, stop=lambda: len(relay.messages) == 2)
    assert (counts.sent, counts.queued) == (2, 3)
    assert {letter.state for letter in letters()} == {State.SENT, State.QUEUED}
    assert all(letter.claimed_by is None for letter in letters())


@pytest.mark.parametrize("connections", [1, 3])
def test_a_stopped_run_loses_no_outcome(app: Flask, relay: Relay, now: Clock, connections: int) -> None:
    use_relay(app, relay.url, connections=connections)
    queue(number=9)
    deliver(now, stop=lambda: len(relay.messages) >= 2)
    assert len(relay.messages) == sum(letter.state is State.SENT for letter in letters())
    assert deliver(now).queued == 0
    assert len(relay.messages) == 9


def test_the_job_process_sends_what_is_due(app: Flask, relay: Relay, now: Clock) -> None:
    queue(number=2)
    assert deliver_one_pass(now).sent == 2


def test_the_values_of_a_mailing_reach_the_relay_intact(app: Flask, relay: Relay, now: Clock) -> None:
    mailing = add_mailing(
        "urgent",
        "fr",
        "Karfu’R : « l’été » 🚀",
        ".\n..\nligne " + "é" * 500 + "\n" + "." * 300 + "\n",
        "<p>.</p>",
        reference="mailing:1",
        created_at=FRIDAY,
    )
    name = 'Anne "Nanou" <d\'Arc>, née O’Brien 🚀'
    queue_letters(mailing, [Addressee(1, None, "anne@promotion.example", name)], FRIDAY)
    db.session.commit()
    deliver(now)
    (received,) = relay.messages
    assert received["Subject"] == "Karfu’R : « l’été » 🚀"
    assert received.message["To"].addresses[0].display_name == name
    assert received.text == ".\n..\nligne " + "é" * 500 + "\n" + "." * 300 + "\n"
    assert max(map(len, received.raw.split(b"\r\n"))) <= 998


def noted(email: str) -> int:
    db.session.rollback()
    return len(db.session.scalars(db.select(SuppressedAddress).filter_by(email=email)).all())


def test_what_a_kind_writes_is_committed_with_its_letter(app: Flask, relay: Relay, now: Clock) -> None:
    def write(context: LetterContext) -> dict[str, str]:
        db.session.add(SuppressedAddress(email=f"seen{context.id}@promotion.example", since=FRIDAY))
        return urls_of(context)

    kinds.register(Kind("weekly", 30, timedelta(hours=72), write, unsubscribable=True))
    queue(number=2)
    assert deliver(now).sent == 2
    assert noted("seen1@promotion.example") == noted("seen2@promotion.example") == 1


def test_what_a_kind_writes_goes_when_its_letter_could_not_start(app: Flask, relay: Relay, now: Clock) -> None:
    failures = [OperationalError("a query", {}, RuntimeError("gone"))]

    def write(context: LetterContext) -> dict[str, str]:
        db.session.add(SuppressedAddress(email=f"seen{context.id}@promotion.example", since=FRIDAY))
        db.session.flush()
        if failures:
            raise failures.pop()
        return urls_of(context)

    kinds.register(Kind("weekly", 30, timedelta(hours=72), write, unsubscribable=True))
    queue()
    with pytest.raises(OperationalError):
        deliver(now)
    assert noted("seen1@promotion.example") == 0
    assert deliver(now).sent == 1
    assert noted("seen1@promotion.example") == 1


def test_the_callers_objects_stay_usable(app: Flask, now: Clock) -> None:
    person = make_person("anne@promotion.example")
    deliver(now)
    assert person.email == "anne@promotion.example"
