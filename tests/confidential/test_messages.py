"""A confidential message: written by an EIG, read on one page by the coordination, answered by mail, closed, erased."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.access import SignedOutError
from app.clock import now
from app.confidential.models import ConfidentialMessage
from app.confidential.rules import MessageState
from app.confidential.service import (
    AlreadyAnsweredError,
    answer_message,
    close_message,
    delete_message,
    erase_expired_messages,
    write_message,
)
from app.database import db
from app.home.account import erase_person
from app.letters.delivery import deliver_one_pass
from app.letters.models import Mailing
from app.letters.personal_data import erase_private_content
from app.teams.models import Membership, Person, Promotion
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words
from tests.threads import at_once, while_under_way

PAGE, COORDINATION = "/promotion-3/confidential", "/promotion-3/manage/confidential"
SECRET = "Mon chef me demande de mentir."
ANSWER = "Appelons-nous demain à midi."


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def eig(promotion: Promotion) -> Membership:
    team = make_team(promotion, "Karfu’R")
    return make_member(promotion, "eig", team, "ada@karfur.example", name="Ada Lovelace", locale="en")


@pytest.fixture
def coordinator(promotion: Promotion) -> Membership:
    return make_member(promotion, "coordinator", None, "desk@programme.example", name="Grace Hopper", locale="en")


@pytest.fixture
def author(app: Flask, eig: Membership) -> FlaskClient:
    return as_member(app.test_client(), eig)


@pytest.fixture
def coordination(app: Flask, coordinator: Membership) -> FlaskClient:
    return as_member(app.test_client(), coordinator)


def stored() -> list[tuple[str, MessageState]]:
    query = select(ConfidentialMessage.text, ConfidentialMessage.state).order_by(ConfidentialMessage.id)
    return [(text, state) for text, state in db.session.execute(query)]


def test_nobody_erased_leaves_a_message_behind(app: Flask, eig: Membership, coordinator: Membership) -> None:
    """As when it was being sent while its author was erased from another browser."""
    erase_person(eig.person, now())
    with pytest.raises(SignedOutError):
        write_message(eig, SECRET, now())
    assert db.session.scalars(select(ConfidentialMessage)).all() == []


def test_a_message_is_written_read_answered_by_mail_and_closed(
    author: FlaskClient, coordination: FlaskClient, relay: Relay
) -> None:
    assert "Grace Hopper" in words(author.get(PAGE).text)
    assert author.post(PAGE, data={"text": SECRET}).location == PAGE
    assert SECRET in author.get(PAGE).text

    page = words(coordination.get(COORDINATION).text)
    assert "1 message is waiting" in page
    assert SECRET in page
    assert "Ada Lovelace" in page
    assert "1 confidential message is waiting for an answer" in words(coordination.get("/promotion-3/manage/").text)

    assert coordination.post(f"{COORDINATION}/1/answer", data={"text": ANSWER}).location == COORDINATION
    assert "Grace Hopper is dealing with it" in words(coordination.get(COORDINATION).text)
    assert "answered by email" in words(author.get(PAGE).text)
    assert coordination.post(f"{COORDINATION}/1/close").location == COORDINATION
    assert stored() == [(SECRET, MessageState.CLOSED)]

    deliver_one_pass()
    note, answer = relay.to("desk@programme.example")[0], relay.to("ada@karfur.example")[0]
    assert len(relay.messages) == 2
    assert answer["Reply-To"] == "desk@programme.example"
    assert ANSWER in answer.text
    assert ANSWER in answer.html
    for secret in (SECRET, "Ada", "Lovelace", "ada@", "Karfu"):
        assert secret not in note.message.as_string() + note.text + note.html
        assert secret == "ada@" or secret not in answer.message.as_string().partition("\n\n")[2]
    assert SECRET not in answer.text + answer.html


def test_the_answer_is_forgotten_once_it_has_left(author: FlaskClient, coordination: FlaskClient) -> None:
    author.post(PAGE, data={"text": SECRET})
    coordination.post(f"{COORDINATION}/1/answer", data={"text": ANSWER})
    erase_private_content(now())
    assert any(ANSWER in text for text in db.session.scalars(select(Mailing.text))), "it has not left yet"
    deliver_one_pass()
    erase_private_content(now())
    rows = db.session.execute(select(Mailing.text, Mailing.html, Mailing.subject, Mailing.reply_to)).all()
    assert ANSWER not in str(rows)
    assert "desk@programme.example" not in str(rows)


def test_a_message_may_be_closed_without_a_letter(author: FlaskClient, coordination: FlaskClient, relay: Relay) -> None:
    author.post(PAGE, data={"text": SECRET})
    deliver_one_pass()
    coordination.post(f"{COORDINATION}/1/close")
    coordination.post(f"{COORDINATION}/1/close")
    deliver_one_pass()
    assert stored() == [(SECRET, MessageState.CLOSED)]
    assert relay.to("ada@karfur.example") == []
    assert "1 closed message" in words(coordination.get(COORDINATION).text)


@pytest.mark.parametrize("text", ["x" * 50_000, "é" * 50_000, "🙂" * 50_000, "x" * 5_001, "", " \n "])
@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_message_too_long_or_empty_comes_back_whole(author: FlaskClient, text: str, encoding: str) -> None:
    answer = author.post(PAGE, data={"text": text}, content_type=encoding)
    assert answer.status_code == 422
    assert typed(answer.text, "text") == text
    assert list(faults(answer.text)) == ["text"]
    assert stored() == []


def test_five_thousand_characters_are_a_message(author: FlaskClient) -> None:
    assert author.post(PAGE, data={"text": "🙂" * 5_000}).status_code == 302
    assert stored() == [("🙂" * 5_000, MessageState.OPEN)]


def test_two_taps_write_one_message(author: FlaskClient, relay: Relay) -> None:
    for _ in range(2):
        author.post(PAGE, data={"text": SECRET})
    deliver_one_pass()
    assert stored() == [(SECRET, MessageState.OPEN)]


def letters_to(relay: Relay, coordinator: Membership) -> int:
    deliver_one_pass()
    return len(relay.to(coordinator.person.email or ""))


def test_the_coordination_gets_one_letter_while_a_word_is_unread(
    app: Flask,
    promotion: Promotion,
    author: FlaskClient,
    coordination: FlaskClient,
    relay: Relay,
    coordinator: Membership,
) -> None:
    colleague = as_member(app.test_client(), make_member(promotion, "eig"))
    for number in range(5):
        author.post(PAGE, data={"text": f"Un mot, {number}"})
        colleague.post(PAGE, data={"text": f"Un autre, {number}"})
    assert letters_to(relay, coordinator) == 1
    assert len(stored()) == 10
    coordination.post(f"{COORDINATION}/1/answer", data={"text": ANSWER})
    colleague.post(PAGE, data={"text": "Encore un"})
    assert letters_to(relay, coordinator) == 2
    coordination.post(f"{COORDINATION}/2/close")
    author.post(PAGE, data={"text": "Encore un"})
    colleague.post(PAGE, data={"text": "Et encore un"})
    assert letters_to(relay, coordinator) == 3


def test_a_word_taken_back_and_written_again_is_not_announced_again(
    author: FlaskClient, relay: Relay, coordinator: Membership
) -> None:
    for _ in range(8):
        author.post(PAGE, data={"text": SECRET})
        written = db.session.scalars(select(ConfidentialMessage.id)).one()
        assert author.post(f"{PAGE}/{written}/take-back").status_code == 302
    assert (stored(), letters_to(relay, coordinator)) == ([], 1)


def test_a_word_that_comes_a_day_after_an_unread_one_is_announced(
    author: FlaskClient, relay: Relay, coordinator: Membership, clock: Traveller
) -> None:
    author.post(PAGE, data={"text": "lundi"})
    clock.shift(timedelta(hours=23, minutes=59))
    author.post(PAGE, data={"text": "mardi"})
    assert letters_to(relay, coordinator) == 1
    clock.shift(timedelta(minutes=1))
    author.post(PAGE, data={"text": "un peu plus tard"})
    assert letters_to(relay, coordinator) == 2


@pytest.mark.both_databases
def test_of_words_written_at_once_one_is_announced(
    app: Flask, promotion: Promotion, relay: Relay, coordinator: Membership
) -> None:
    authors = [make_member(promotion, "eig").id for _ in range(4)]
    at_once(app, *[partial(_write, author) for author in authors])
    assert len(stored()) == 4
    assert letters_to(relay, coordinator) == 1


def _write(author: int) -> None:
    write_message(db.session.get_one(Membership, author), SECRET, now())


def test_a_member_gives_ten_words_a_day_and_keeps_the_eleventh(
    app: Flask, promotion: Promotion, author: FlaskClient, clock: Traveller
) -> None:
    for number in range(10):
        assert author.post(PAGE, data={"text": f"Un mot, {number}"}).status_code == 302
    clock.shift(timedelta(hours=6, minutes=1))
    answer = author.post(PAGE, data={"text": SECRET})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str((17 * 60 + 59) * 60))
    assert typed(answer.text, "text") == SECRET
    assert faults(answer.text)["text"].endswith("Your text is still here. Try again in 18 hours.")
    assert as_member(app.test_client(), make_member(promotion, "eig")).post(PAGE, data={"text": "x"}).status_code == 302
    clock.shift(timedelta(hours=18))
    assert author.post(PAGE, data={"text": SECRET}).status_code == 302


@pytest.mark.parametrize("text", ["", "x" * 5_001])
def test_an_answer_that_says_nothing_or_too_much_comes_back_to_its_message(
    author: FlaskClient, coordination: FlaskClient, text: str
) -> None:
    author.post(PAGE, data={"text": "first"})
    author.post(PAGE, data={"text": "second"})
    answer = coordination.post(f"{COORDINATION}/2/answer", data={"text": text})
    assert answer.status_code == 422
    assert list(faults(answer.text)) == ["answer-2"]
    assert answer.text.count("x" * 5_001) == (1 if text else 0)
    assert [state for _text, state in stored()] == [MessageState.OPEN, MessageState.OPEN]


def test_the_second_of_two_answers_is_not_sent_and_not_lost(
    author: FlaskClient, coordination: FlaskClient, app: Flask, promotion: Promotion, relay: Relay
) -> None:
    other = as_member(app.test_client(), make_member(promotion, "coordinator", locale="en"))
    author.post(PAGE, data={"text": SECRET})
    coordination.post(f"{COORDINATION}/1/answer", data={"text": ANSWER})
    refused = other.post(f"{COORDINATION}/1/answer", data={"text": "Une autre réponse"})
    assert refused.status_code == 409
    assert "Une autre réponse" in words(refused.text)
    assert "nothing was sent" in words(refused.text)
    deliver_one_pass()
    assert len(relay.to("ada@karfur.example")) == 1


def test_a_message_that_is_not_open_takes_no_answer(eig: Membership, coordinator: Membership) -> None:
    message = write_message(eig, SECRET, now())
    answer_message(message, coordinator.person, ANSWER, now())
    with pytest.raises(AlreadyAnsweredError):
        answer_message(message, coordinator.person, ANSWER, now())
    db.session.rollback()


def test_its_author_erases_a_message_and_nobody_else_does(
    author: FlaskClient, app: Flask, eig: Membership, promotion: Promotion
) -> None:
    author.post(PAGE, data={"text": SECRET})
    colleague = as_member(app.test_client(), make_member(promotion, "eig", eig.team))
    assert SECRET not in colleague.get(PAGE).text
    assert colleague.post(f"{PAGE}/1/take-back").status_code == 404
    assert stored() == [(SECRET, MessageState.OPEN)]
    assert author.post(f"{PAGE}/1/take-back").location == PAGE
    assert stored() == []


@pytest.mark.parametrize("role", ["mentor", "coordinator", "alumni"])
def test_only_eigs_write_messages(app: Flask, promotion: Promotion, role: str) -> None:
    visitor = as_member(app.test_client(), make_member(promotion, role))
    assert visitor.get(PAGE).status_code == 403
    assert visitor.post(PAGE, data={"text": SECRET}).status_code == 403
    assert stored() == []


@pytest.mark.both_databases
def test_a_message_taken_back_while_it_is_being_closed_is_gone(
    app: Flask, author: FlaskClient, coordination: FlaskClient
) -> None:
    author.post(PAGE, data={"text": SECRET})
    by_id = db.session.scalars(select(Person.id).where(Person.email == "desk@programme.example")).one()

    def take_back() -> None:
        delete_message(db.session.get_one(ConfidentialMessage, 1))

    def close() -> None:
        if message := db.session.get(ConfidentialMessage, 1):  # SQLite makes it wait before it reads that
            close_message(message, db.session.get_one(Person, by_id), now())

    assert while_under_way(app, "DELETE FROM confidential_messages", take_back, close) is None
    assert stored() == []


@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_only_the_coordination_reads_answers_and_closes(
    app: Flask, promotion: Promotion, author: FlaskClient, role: str
) -> None:
    author.post(PAGE, data={"text": SECRET})
    visitor = as_member(app.test_client(), make_member(promotion, role))
    answers = [
        visitor.get(COORDINATION),
        visitor.post(f"{COORDINATION}/1/answer", data={"text": ANSWER}),
        visitor.post(f"{COORDINATION}/1/close"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert SECRET not in "".join(answer.text for answer in answers)
    assert stored() == [(SECRET, MessageState.OPEN)]


def test_the_coordination_of_another_promotion_finds_nothing(app: Flask, author: FlaskClient) -> None:
    author.post(PAGE, data={"text": SECRET})
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    stranger = as_member(app.test_client(), make_member(other, "coordinator"))
    assert stranger.get(COORDINATION).status_code == 404
    assert SECRET not in stranger.get("/promotion-4/manage/confidential").text
    assert stranger.post("/promotion-4/manage/confidential/1/answer", data={"text": ANSWER}).status_code == 404
    assert stranger.post("/promotion-4/manage/confidential/1/close").status_code == 404
    assert stored() == [(SECRET, MessageState.OPEN)]


def test_a_message_written_while_nobody_coordinates_waits(author: FlaskClient, relay: Relay) -> None:
    assert author.post(PAGE, data={"text": SECRET}).status_code == 302
    deliver_one_pass()
    assert (stored(), relay.messages) == ([(SECRET, MessageState.OPEN)], [])


def test_messages_are_erased_a_month_after_they_are_closed(
    author: FlaskClient, coordination: FlaskClient, clock: Traveller
) -> None:
    author.post(PAGE, data={"text": "open"})
    author.post(PAGE, data={"text": "closed"})
    coordination.post(f"{COORDINATION}/2/close")
    assert erase_expired_messages(now() + timedelta(days=29, hours=23)) == 0
    assert erase_expired_messages(now() + timedelta(days=30, hours=1)) == 1
    assert stored() == [("open", MessageState.OPEN)]


def test_messages_are_erased_three_months_after_the_promotion(eig: Membership, clock: Traveller) -> None:
    write_message(eig, SECRET, now())
    clock.move_to("2020-02-06T12:00:00Z")
    assert erase_expired_messages(now()) == 0
    clock.move_to("2020-02-07T12:00:00Z")
    assert erase_expired_messages(now()) == 1
    assert stored() == []


def test_my_week_and_the_form_lead_eigs_to_a_message(
    author: FlaskClient, app: Flask, promotion: Promotion, eig: Membership
) -> None:
    mentor = as_member(app.test_client(), make_member(promotion, "mentor", eig.team))
    assert PAGE in author.get("/").text
    assert PAGE in author.get("/promotion-3/bulletin").text
    assert PAGE not in mentor.get("/").text
