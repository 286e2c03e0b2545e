"""The link to a team's record, mailed at the coordination's wish to an address that it types."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.letters.delivery import deliver
from app.letters.models import Letter, SuppressedAddress
from app.letters.states import Reason, State
from app.records.link_letters import ADDRESS_STORED_FOR, erase_typed_addresses
from app.records.milestone_days import MilestoneDays
from app.records.milestone_service import move_milestone
from app.records.models import Milestone
from app.teams.models import Promotion
from app.teams.roles import Role
from tests.builders import LONG_AGO, make_member, make_person, saved
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import faults, typed, words

ACT = "/promotion-3/manage/records/mid/jachere"
ELSEWHERE = "mentor@ailleurs.example"


@pytest.fixture
def coordinator(client: FlaskClient, promotion: Promotion, milestone: Milestone) -> FlaskClient:
    judith = make_member(promotion, Role.COORDINATOR, email="judith@x.example", name="Judith")
    return as_member(client, judith)


def send(coordinator: FlaskClient, email: str = ELSEWHERE) -> int:
    return coordinator.post(f"{ACT}/link", data={"email": email}).status_code


def letters() -> list[tuple[str, State, Reason | None]]:
    db.session.rollback()
    rows = db.session.execute(select(Letter.to_email, Letter.state, Letter.reason).order_by(Letter.id))
    return [(email, state, reason) for email, state, reason in rows]


@pytest.mark.both_databases
def test_the_link_leaves_for_an_address_that_is_typed_and_opens_the_record(
    app: Flask, coordinator: FlaskClient, relay: Relay
) -> None:
    assert send(coordinator, f" {ELSEWHERE.upper()} ") == 303
    deliver()
    [letter] = relay.to(ELSEWHERE)
    assert letter["Subject"] == "Judith vous demande où en est Jachère"
    assert letter["Reply-To"] == "judith@x.example"
    assert letter["List-Unsubscribe"] is None
    assert "Judith, de la coordination de Promotion 3, vous demande où en est Jachère" in words(letter.html)
    assert set(re.findall(r"\w+", words(letter.html))) <= set(re.findall(r"\w+", letter.text))
    [path] = re.findall(r"http://localhost(/record/\S+)", letter.text)
    assert app.test_client().get(path).status_code == 200
    assert path in coordinator.get(ACT).text  # the same to be copied


@pytest.mark.parametrize("wrong", ["", "mentor", "a@b", "é" * 400, "@@record_url@@", "x@y.example\nBcc: z@y.example"])
def test_what_is_no_address_is_told_beside_its_field(coordinator: FlaskClient, wrong: str) -> None:
    answer = coordinator.post(f"{ACT}/link", data={"email": wrong})
    assert (answer.status_code, faults(answer.text)) == (422, {"email": "Ce n’est pas une adresse électronique."})
    assert typed(answer.text, "email").split() == wrong.split()
    assert letters() == []


def test_an_address_that_rejects_our_letters_gets_none(coordinator: FlaskClient) -> None:
    saved(SuppressedAddress(email=ELSEWHERE, since=LONG_AGO))
    answer = coordinator.post(f"{ACT}/link", data={"email": ELSEWHERE})
    assert "Cette adresse a rejeté nos lettres" in faults(answer.text)["email"]
    assert letters() == []


def test_a_button_pressed_twice_sends_once(coordinator: FlaskClient, clock: Traveller) -> None:
    assert send(coordinator) == 303
    again = coordinator.post(f"{ACT}/link", data={"email": ELSEWHERE})
    assert (again.status_code, again.headers["Retry-After"]) == (429, "3600")
    assert "Une lettre avec ce lien vient de partir" in faults(again.text)["email"]
    assert len(letters()) == 1


def test_twenty_such_letters_leave_a_day(coordinator: FlaskClient) -> None:
    statuses = [send(coordinator, f"mentor{number}@ailleurs.example") for number in range(21)]
    assert statuses == [*[303] * 20, 429]
    assert len(letters()) == 20


def test_nothing_leaves_for_a_milestone_that_is_not_open(
    coordinator: FlaskClient, milestone: Milestone, relay: Relay
) -> None:
    send(coordinator)
    move_milestone(milestone, MilestoneDays(milestone.day, date(2019, 3, 1), date(2019, 3, 5)))
    assert send(coordinator, "other@ailleurs.example") == 409
    page = words(coordinator.get(ACT).text)
    assert "personne ne peut répondre pour le moment" in page
    assert "/record/" not in page
    deliver()
    assert relay.messages == []
    assert letters() == [(ELSEWHERE, State.FAILED, Reason.WITHHELD)]


def test_the_address_is_erased_after_thirty_days(coordinator: FlaskClient, relay: Relay) -> None:
    send(coordinator)
    old = now() + ADDRESS_STORED_FOR + timedelta(seconds=1)
    assert erase_typed_addresses(old) == 0  # it has not left yet
    deliver()
    assert erase_typed_addresses(old - timedelta(seconds=2)) == 0
    assert erase_typed_addresses(old) == 1
    assert letters() == [("", State.SENT, None)]


def test_a_letter_to_somebody_known_is_theirs(coordinator: FlaskClient) -> None:
    person = make_person(ELSEWHERE)
    send(coordinator)
    assert db.session.scalars(select(Letter.person_id)).all() == [person.id]
