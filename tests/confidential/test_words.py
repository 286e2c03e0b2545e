"""A confidential word: written by an EIG, read on one page by the coordination, answered by mail, closed, erased."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.confidential.models import ConfidentialWord, WordState
from app.confidential.service import AlreadyAnsweredError, answer_word, erase_old_words, write_word
from app.database import db
from app.letters.models import Mailing
from app.letters.personal_data import forget_private_content
from app.letters.worker import deliver_one_pass
from app.teams.models import Membership, Promotion
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words

PAGE, DESK = "/promotion-3/confidential", "/promotion-3/manage/confidential"
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
def desk(app: Flask, coordinator: Membership) -> FlaskClient:
    return as_member(app.test_client(), coordinator)


def kept() -> list[tuple[str, WordState]]:
    rows = db.session.execute(select(ConfidentialWord.text, ConfidentialWord.state).order_by(ConfidentialWord.id))
    return [(text, state) for text, state in rows]


def test_a_word_is_written_read_answered_by_mail_and_closed(
    author: FlaskClient, desk: FlaskClient, relay: Relay
) -> None:
    assert "Grace Hopper" in words(author.get(PAGE).text)
    assert author.post(PAGE, data={"text": SECRET}).location == PAGE
    assert SECRET in author.get(PAGE).text

    page = words(desk.get(DESK).text)
    assert "1 word waits" in page
    assert SECRET in page
    assert "Ada Lovelace" in page
    assert "1 word waits" in words(desk.get("/promotion-3/manage/").text)

    assert desk.post(f"{DESK}/1/answer", data={"text": ANSWER}).location == DESK
    assert "In the hands of Grace Hopper" in words(desk.get(DESK).text)
    assert "answered by mail" in words(author.get(PAGE).text)
    assert desk.post(f"{DESK}/1/close").location == DESK
    assert kept() == [(SECRET, WordState.CLOSED)]

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


def test_the_answer_is_forgotten_once_it_has_left(author: FlaskClient, desk: FlaskClient) -> None:
    author.post(PAGE, data={"text": SECRET})
    desk.post(f"{DESK}/1/answer", data={"text": ANSWER})
    forget_private_content(now())
    assert any(ANSWER in text for text in db.session.scalars(select(Mailing.text))), "it has not left yet"
    deliver_one_pass()
    forget_private_content(now())
    rows = db.session.execute(select(Mailing.text, Mailing.html, Mailing.subject, Mailing.reply_to)).all()
    assert ANSWER not in str(rows)
    assert "desk@programme.example" not in str(rows)


def test_a_word_may_be_closed_without_a_letter(author: FlaskClient, desk: FlaskClient, relay: Relay) -> None:
    author.post(PAGE, data={"text": SECRET})
    deliver_one_pass()
    desk.post(f"{DESK}/1/close")
    desk.post(f"{DESK}/1/close")
    deliver_one_pass()
    assert kept() == [(SECRET, WordState.CLOSED)]
    assert relay.to("ada@karfur.example") == []
    assert "1 closed word" in words(desk.get(DESK).text)


@pytest.mark.parametrize("text", ["x" * 50_000, "é" * 50_000, "🙂" * 50_000, "x" * 5_001, "", " \n "])
@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_a_word_too_long_or_empty_comes_back_whole(author: FlaskClient, text: str, encoding: str) -> None:
    answer = author.post(PAGE, data={"text": text}, content_type=encoding)
    assert answer.status_code == 422
    assert typed(answer.text, "text") == text
    assert list(faults(answer.text)) == ["text"]
    assert kept() == []


def test_five_thousand_signs_are_a_word(author: FlaskClient) -> None:
    assert author.post(PAGE, data={"text": "🙂" * 5_000}).status_code == 302
    assert kept() == [("🙂" * 5_000, WordState.OPEN)]


def test_two_taps_write_one_word(author: FlaskClient, relay: Relay) -> None:
    for _ in range(2):
        author.post(PAGE, data={"text": SECRET})
    deliver_one_pass()
    assert kept() == [(SECRET, WordState.OPEN)]


@pytest.mark.parametrize("text", ["", "x" * 5_001])
def test_an_answer_that_says_nothing_or_too_much_comes_back_to_its_word(
    author: FlaskClient, desk: FlaskClient, text: str
) -> None:
    author.post(PAGE, data={"text": "first"})
    author.post(PAGE, data={"text": "second"})
    answer = desk.post(f"{DESK}/2/answer", data={"text": text})
    assert answer.status_code == 422
    assert list(faults(answer.text)) == ["answer-2"]
    assert answer.text.count("x" * 5_001) == (1 if text else 0)
    assert [state for _text, state in kept()] == [WordState.OPEN, WordState.OPEN]


def test_the_second_of_two_answers_is_not_sent_and_not_lost(
    author: FlaskClient, desk: FlaskClient, app: Flask, promotion: Promotion, relay: Relay
) -> None:
    other = as_member(app.test_client(), make_member(promotion, "coordinator", locale="en"))
    author.post(PAGE, data={"text": SECRET})
    desk.post(f"{DESK}/1/answer", data={"text": ANSWER})
    refused = other.post(f"{DESK}/1/answer", data={"text": "Une autre réponse"})
    assert refused.status_code == 409
    assert "Une autre réponse" in words(refused.text)
    assert "nothing was sent" in words(refused.text)
    deliver_one_pass()
    assert len(relay.to("ada@karfur.example")) == 1


def test_a_word_that_is_not_open_takes_no_answer(eig: Membership, coordinator: Membership) -> None:
    word = write_word(eig, SECRET, now())
    answer_word(word, coordinator.person, ANSWER, now())
    with pytest.raises(AlreadyAnsweredError):
        answer_word(word, coordinator.person, ANSWER, now())
    db.session.rollback()


def test_its_author_erases_a_word_and_nobody_else_does(
    author: FlaskClient, app: Flask, eig: Membership, promotion: Promotion
) -> None:
    author.post(PAGE, data={"text": SECRET})
    colleague = as_member(app.test_client(), make_member(promotion, "eig", eig.team))
    assert SECRET not in colleague.get(PAGE).text
    assert colleague.post(f"{PAGE}/1/take-back").status_code == 404
    assert kept() == [(SECRET, WordState.OPEN)]
    assert author.post(f"{PAGE}/1/take-back").location == PAGE
    assert kept() == []


@pytest.mark.parametrize("role", ["mentor", "coordinator", "alumni"])
def test_only_eigs_write_words(app: Flask, promotion: Promotion, role: str) -> None:
    visitor = as_member(app.test_client(), make_member(promotion, role))
    assert visitor.get(PAGE).status_code == 403
    assert visitor.post(PAGE, data={"text": SECRET}).status_code == 403
    assert kept() == []


@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_only_the_coordination_reads_answers_and_closes(
    app: Flask, promotion: Promotion, author: FlaskClient, role: str
) -> None:
    author.post(PAGE, data={"text": SECRET})
    visitor = as_member(app.test_client(), make_member(promotion, role))
    answers = [
        visitor.get(DESK),
        visitor.post(f"{DESK}/1/answer", data={"text": ANSWER}),
        visitor.post(f"{DESK}/1/close"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert SECRET not in "".join(answer.text for answer in answers)
    assert kept() == [(SECRET, WordState.OPEN)]


def test_the_coordination_of_another_promotion_finds_nothing(app: Flask, author: FlaskClient) -> None:
    author.post(PAGE, data={"text": SECRET})
    other = make_promotion(slug="promotion-4", name="Promotion 4")
    stranger = as_member(app.test_client(), make_member(other, "coordinator"))
    assert stranger.get(DESK).status_code == 404
    assert SECRET not in stranger.get("/promotion-4/manage/confidential").text
    assert stranger.post("/promotion-4/manage/confidential/1/answer", data={"text": ANSWER}).status_code == 404
    assert stranger.post("/promotion-4/manage/confidential/1/close").status_code == 404
    assert kept() == [(SECRET, WordState.OPEN)]


def test_a_word_written_while_nobody_coordinates_waits(author: FlaskClient, relay: Relay) -> None:
    assert author.post(PAGE, data={"text": SECRET}).status_code == 302
    deliver_one_pass()
    assert (kept(), relay.messages) == ([(SECRET, WordState.OPEN)], [])


def test_words_are_erased_a_month_after_they_are_closed(
    author: FlaskClient, desk: FlaskClient, clock: Traveller
) -> None:
    author.post(PAGE, data={"text": "open"})
    author.post(PAGE, data={"text": "closed"})
    desk.post(f"{DESK}/2/close")
    assert erase_old_words(now() + timedelta(days=29, hours=23)) == 0
    assert erase_old_words(now() + timedelta(days=30, hours=1)) == 1
    assert kept() == [("open", WordState.OPEN)]


def test_words_are_erased_three_months_after_the_promotion(eig: Membership, clock: Traveller) -> None:
    write_word(eig, SECRET, now())
    clock.move_to("2020-02-06T12:00:00Z")
    assert erase_old_words(now()) == 0
    clock.move_to("2020-02-07T12:00:00Z")
    assert erase_old_words(now()) == 1
    assert kept() == []


def test_my_week_and_the_form_lead_eigs_to_a_word(
    author: FlaskClient, app: Flask, promotion: Promotion, eig: Membership
) -> None:
    mentor = as_member(app.test_client(), make_member(promotion, "mentor", eig.team))
    assert PAGE in author.get("/").text
    assert PAGE in author.get("/promotion-3/bulletin").text
    assert PAGE not in mentor.get("/").text
