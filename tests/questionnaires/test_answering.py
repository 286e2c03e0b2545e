"""Answering, without scripts: a page a section, what need not be asked is not, and nothing is counted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.clock import now
from app.database import db
from app.letters.delivery import deliver
from app.questionnaires.models import Participation, Questionnaire, Urn
from app.questionnaires.service import close
from app.security import sign
from app.teams.letter_links import end_letter_links
from app.teams.models import Membership
from tests.builders import make_member, make_promotion
from tests.every_letter import every_row
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import words
from tests.questionnaires.conftest import PATH, fields_of, link_in, press


def urns() -> dict[str, list[object]]:
    db.session.rollback()
    return {urn.key: urn.papers for urn in db.session.scalars(select(Urn)) if urn.papers}


def answered() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Participation).where(Participation.answered)).all())


def begin(client: FlaskClient, link: str) -> TestResponse:
    """The first section."""
    return press(client, client.get(link), "here")


def to_the_end(client: FlaskClient, link: str) -> TestResponse:
    """The last page, after an answer on each section."""
    second = press(client, begin(client, link), "next", results="4", moved="no")
    return press(client, second, "next", formats=["launch", "other"], brought__methods="5")


def test_the_promise_stands_before_the_first_question(client: FlaskClient, link: str) -> None:
    page = client.get(link)
    assert page.status_code == 200
    said = words(page.text)
    for fact in (
        "mélangées à celles des autres, sans nom ni date",
        "Nous savons seulement que vous avez répondu",
        "ni les modifier ni les retirer",
        "peut vous faire reconnaître",
        "compare deux sauvegardes",
        "Ce lien a été envoyé à Léa Martin",
    ):
        assert fact in said
    assert "Satisfait" not in said


def test_answers_travel_in_the_form_and_are_counted_once_sent(client: FlaskClient, link: str) -> None:
    last = to_the_end(client, link)
    assert "Vous avez répondu à 4 questions sur 5" in words(last.text)
    assert urns() == {}
    sent = press(client, last, "send")
    assert sent.status_code == 303
    assert urns() == {
        "results": ["4"],
        "moved": ["no"],
        "formats.launch": ["yes"],
        "formats.sessions": ["no"],
        "formats.other": ["yes"],
        "brought.methods": ["5"],
    }
    assert "Merci, vous avez répondu" in words(client.get(sent.headers["Location"]).text)


def test_nothing_is_stored_while_one_answers(client: FlaskClient, link: str) -> None:
    before = every_row()
    to_the_end(client, link)
    assert every_row() == before


def test_a_post_twice_is_counted_once(client: FlaskClient, link: str) -> None:
    last = to_the_end(client, link)
    press(client, last, "send")
    again = press(client, last, "send")
    assert again.status_code == 409
    assert "Vous avez déjà répondu" in words(again.text)
    assert urns()["results"] == ["4"]
    assert answered() == 1


def test_going_on_after_having_answered_elsewhere_says_so(client: FlaskClient, link: str) -> None:
    first = begin(client, link)
    press(client, to_the_end(client, link), "send")
    later = press(client, first, "next", results="1")
    assert later.status_code == 409
    assert "Vous avez déjà répondu" in words(later.text)


def test_a_question_that_an_answer_calls_for_is_asked_before_going_on(client: FlaskClient, link: str) -> None:
    first = begin(client, link)
    assert ' id="how" tabindex="-1" aria-describedby="how-messages" hidden disabled' in first.text
    asked = press(client, first, "next", moved="yes")
    assert "1 question de plus se pose sur cette page" in words(asked.text)
    assert "Le défi" in words(asked.text)
    second = press(client, asked, "next", how="On a tout changé.", **{"how:quotable": "1"})
    assert "Les formats" in words(second.text)
    press(client, press(client, second, "next"), "send")
    assert urns() == {"moved": ["yes"], "how": [{"text": "On a tout changé.", "quotable": True}]}


def test_going_back_keeps_what_was_answered(client: FlaskClient, link: str) -> None:
    second = press(client, begin(client, link), "next", results="4")
    first = press(client, second, "back", reading="never")
    assert fields_of(first.text).getlist("a.results") == ["4"]
    assert fields_of(first.text).getlist("a.reading") == ["never"]
    start = press(client, first, "back")
    assert "Ce que deviennent vos réponses" in words(start.text)
    assert fields_of(start.text)["a.results"] == "4"


def test_the_other_language_keeps_what_was_answered(client: FlaskClient, link: str) -> None:
    first = begin(client, link)
    fields = fields_of(first.text) | {"a.results": "2", "lang": "en"}
    english = client.post(PATH, data=fields)
    assert "Satisfied?" in words(english.text)
    assert fields_of(english.text)["a.results"] == "2"
    assert "The formats" in words(press(client, english, "next").text)


def test_an_answer_to_a_question_that_is_not_asked_is_refused(client: FlaskClient, link: str) -> None:
    last = to_the_end(client, link)
    forged = client.post(PATH, data=fields_of(last.text) | {"go": "send", "a.how": "Rien"})
    assert forged.status_code == 422
    assert "cette question ne se pose plus" in words(forged.text)
    assert (urns(), answered()) == ({}, 0)
    assert "a.how" not in fields_of(forged.text)
    assert press(client, forged, "send").status_code == 303


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("results", ["6"], "Cette réponse n’est pas de celles qui sont proposées"),
        ("brought.methods", ["never"], "Cette réponse n’est pas de celles qui sont proposées"),
        ("formats", ["launch", "sessions", "other"], "Choisissez-en 2 au plus"),
        ("formats:words", ["é" * 201], "201 caractères : 1 de trop"),
        ("unheard_of", ["1"], "ne fait pas partie de ce questionnaire"),
    ],
)
def test_an_answer_that_does_not_fit_is_told_beside_its_question(
    client: FlaskClient, link: str, name: str, given: list[str], message: str
) -> None:
    fields = fields_of(to_the_end(client, link).text)
    fields.setlist(f"a.{name}", given)
    fields["go"] = "send"
    refused = client.post(PATH, data=fields)
    assert refused.status_code == 422
    assert message in words(refused.text)
    assert "<title>Erreur" in refused.text
    assert (urns(), answered()) == ({}, 0)


def test_a_text_that_is_far_too_long_is_kept_and_told(client: FlaskClient, link: str) -> None:
    asked = press(client, begin(client, link), "next", moved="yes")
    refused = press(client, asked, "next", how="a" * 50_000)
    assert refused.status_code == 422
    assert "50000 caractères : 48000 de trop" in words(refused.text)
    assert len(fields_of(refused.text)["a.how"]) == 50_000


def test_somebody_signed_in_answers_without_a_link(
    app: Flask, client: FlaskClient, questionnaire: Questionnaire, lea: Membership
) -> None:
    as_member(client, lea)
    week = client.get("/")
    assert "Un questionnaire vous attend" in words(week.text)
    assert f'href="{PATH}"' in week.text
    press(client, press(client, press(client, begin(client, PATH), "next", results="5"), "next"), "send")
    assert urns() == {"results": ["5"]}
    assert "Un questionnaire vous attend" not in words(client.get("/").text)


@pytest.mark.parametrize("ends", ["the session", "the page"])
def test_of_a_session_or_a_page_that_ends_meanwhile_nothing_is_kept(
    app: Flask, client: FlaskClient, questionnaire: Questionnaire, lea: Membership, ends: str
) -> None:
    as_member(client, lea)
    fields = fields_of(begin(client, PATH).text) | {"go": "send", "a.results": "2", "a.moved": "yes", "a.how": "Dit."}
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    visitor = app.test_client() if ends == "the session" else client
    before = every_row()
    fields["csrf_token"] = "of-long-ago"
    refused = visitor.post(PATH, data=fields)
    assert refused.status_code == (302 if ends == "the session" else 400)
    assert "Dit." not in refused.text + str(refused.headers)
    assert every_row() == before


def test_who_was_not_asked_finds_no_questionnaire(client: FlaskClient, questionnaire: Questionnaire) -> None:
    mentor = make_member(questionnaire.promotion, "mentor")
    as_member(client, mentor)
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, data={"go": "send", "a.results": "1"}).status_code == 404


def test_a_link_that_opens_nothing_helps_and_changes_nothing(
    app: Flask, link: str, lea: Membership, questionnaire: Questionnaire, clock: Traveller
) -> None:
    token = link.partition("answerer=")[2]
    elsewhere = make_member(make_promotion(slug="promotion-4"), "eig")
    forged = sign("questionnaire", [questionnaire.id, elsewhere.id, 1])
    links = [
        f"{PATH}?answerer={token[:-5]}",
        f"{PATH}?answerer=",
        f"{PATH}?answerer={forged}",
        f"/promotion-4/questionnaires/1?answerer={token}",
        f"/promotion-3/questionnaires/2?answerer={token}",
    ]
    before = every_row()
    for each in links:
        for answer in (
            app.test_client().get(each),
            app.test_client().post(each, data={"go": "send", "a.results": "1"}),
        ):
            assert answer.status_code == 410, each
            assert "Ce lien ne fonctionne plus" in words(answer.text)
    assert every_row() == before
    end_letter_links(lea.person)
    assert app.test_client().get(link).status_code == 410


def test_a_questionnaire_that_has_closed_says_so_and_takes_nothing(
    client: FlaskClient, link: str, questionnaire: Questionnaire, clock: Traveller
) -> None:
    last = to_the_end(client, link)
    clock.move_to("2019-03-20T22:59:00Z")
    assert client.get(link).status_code == 200
    clock.move_to("2019-03-20T23:01:00Z")
    for answer in (client.get(link), press(client, last, "send"), press(client, last, "back")):
        assert answer.status_code == 410
        assert "Ce questionnaire est clos" in words(answer.text)
    assert (urns(), answered()) == ({}, 0)


def test_one_that_was_closed_before_takes_nothing_either(
    client: FlaskClient, link: str, questionnaire: Questionnaire
) -> None:
    last = to_the_end(client, link)
    close(questionnaire, now())
    assert press(client, last, "send").status_code == 410
    assert urns() == {}


def test_letters_invite_then_remind_twice_only_those_who_have_not_answered(
    app: Flask, client: FlaskClient, link: str, relay: Relay, questionnaire: Questionnaire, clock: Traveller
) -> None:
    from app.questionnaires.letters import queue_due_reminders

    assert "Trois questions" in relay.to("lea@jachere.example")[0]["Subject"]
    press(client, to_the_end(client, link), "send")
    sent = []
    for _day in range(20):
        clock.shift(timedelta(days=1))
        sent.append(queue_due_reminders(questionnaire.promotion, now()))
        assert queue_due_reminders(questionnaire.promotion, now()) == 0
        deliver()
    assert [number for number in sent if number] == [1, 1]
    assert len(relay.to("lea@jachere.example")) == 1
    reminders = relay.to("max@jachere.example")
    assert len(reminders) == 3
    assert "C’est la dernière au sujet de ce questionnaire" in reminders[-1].text


def test_a_reminder_that_was_queued_does_not_leave_once_its_reader_has_answered(
    client: FlaskClient, link: str, relay: Relay, questionnaire: Questionnaire, clock: Traveller
) -> None:
    from app.questionnaires.letters import queue_due_reminders

    last = to_the_end(client, link)
    clock.move_to("2019-03-13T09:00:00Z")
    assert queue_due_reminders(questionnaire.promotion, now()) == 2
    press(client, last, "send")
    deliver()
    assert len(relay.to("lea@jachere.example")) == 1
    assert len(relay.to("max@jachere.example")) == 2
    assert link_in(relay, "max@jachere.example") != link


@pytest.mark.parametrize("at", ["-1", "9" * 5000, "x", "2", "١"])
def test_a_section_that_does_not_exist_breaks_nothing(client: FlaskClient, link: str, at: str) -> None:
    fields = fields_of(client.get(link).text)
    for go in ("next", "back", "here", "nowhere"):
        assert client.post(PATH, data=fields | {"at": at, "go": go}).status_code == 200
