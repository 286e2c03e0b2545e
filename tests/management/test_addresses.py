"""A change of address: confirmed from the new one, refused from the old one, corrected by the coordination."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.letters.models import Letter
from app.letters.worker import deliver
from app.management.address_letters import erase_old_changes
from app.management.models import AddressChange, ChangeState
from app.security import sign
from app.teams.models import Membership, Person, UserSession
from tests.builders import make_member
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.management.conftest import MANAGE
from tests.pages import words

OLD, NEW = "lea@jachere.example", "lea@ailleurs.example"


@pytest.fixture
def theirs(app: Flask, lea: Membership) -> FlaskClient:
    return as_member(app.test_client(), lea)


def ask(theirs: FlaskClient, email: str = NEW) -> int:
    return theirs.post("/me/details/address", data={"email": email}).status_code


def link_to(relay: Relay, address: str) -> str:
    """The path of the link in the last letter to `address`."""
    deliver()
    found = re.search(r"/address/\S+", relay.to(address)[-1].text)
    assert found
    return found[0]


def email_of(member: Membership) -> str | None:
    db.session.rollback()
    return db.session.get_one(Person, member.person_id).email


def test_an_address_changes_once_it_is_confirmed_from_there(
    app: Flask, theirs: FlaskClient, lea: Membership, relay: Relay
) -> None:
    assert ask(theirs, " LEA@ailleurs.example ") == 303
    assert "À confirmer" in words(theirs.get("/me/details").text)
    link = link_to(relay, NEW)
    visitor = app.test_client()
    assert NEW in visitor.get(link).text
    assert email_of(lea) == OLD
    assert visitor.post(link).status_code == 200
    assert email_of(lea) == NEW
    assert db.session.query(UserSession).count() == 0
    assert visitor.post(link).status_code == 410
    assert visitor.get(link).status_code == 410


def test_the_old_address_refuses_before_and_after(
    app: Flask, theirs: FlaskClient, lea: Membership, relay: Relay, clock: Traveller
) -> None:
    ask(theirs)
    confirm, refuse = link_to(relay, NEW), link_to(relay, OLD)
    visitor = app.test_client()
    assert visitor.post(refuse).status_code == 200
    assert visitor.post(confirm).status_code == 410
    ask(theirs)
    assert theirs.get("/me").status_code == 200  # refused in time: nobody was signed out
    confirm, refuse = link_to(relay, NEW), link_to(relay, OLD)
    visitor.post(confirm)
    assert email_of(lea) == NEW
    assert visitor.post(refuse).status_code == 200
    assert email_of(lea) == OLD
    assert visitor.post(refuse).status_code == 410


@pytest.mark.parametrize(("hours", "confirmed", "refused"), [(23, 200, 200), (25, 410, 200), (24 * 7 + 1, 410, 410)])
def test_links_end(
    app: Flask, theirs: FlaskClient, relay: Relay, clock: Traveller, hours: int, confirmed: int, refused: int
) -> None:
    ask(theirs)
    links = link_to(relay, NEW), link_to(relay, OLD)
    clock.shift(hours * 3600)
    assert tuple(app.test_client().get(link).status_code for link in links) == (confirmed, refused)


def test_an_address_in_use_is_refused_without_saying_whose(theirs: FlaskClient, camille: Membership) -> None:
    answer = theirs.post("/me/details/address", data={"email": "camille@programme.example"})
    assert answer.status_code == 409
    assert "Cette adresse sert déjà" in words(answer.text)
    assert "Camille" not in answer.text
    assert db.session.query(Letter).count() == 0


def test_an_address_taken_meanwhile_is_not_given(
    app: Flask, theirs: FlaskClient, lea: Membership, relay: Relay
) -> None:
    ask(theirs)
    link = link_to(relay, NEW)
    make_member(lea.promotion, "mentor", email=NEW)
    assert app.test_client().post(link).status_code == 409
    assert email_of(lea) == OLD


def test_asked_twice_one_letter_goes_and_too_often_none(theirs: FlaskClient, lea: Membership) -> None:
    ask(theirs)
    ask(theirs)
    assert db.session.query(Letter).count() == 2  # to the new address, to the old one
    assert [ask(theirs, f"lea{i}@ailleurs.example") for i in range(5)] == [303, 303, 303, 303, 429]
    pending = select(AddressChange.new_email).where(AddressChange.state == ChangeState.ASKED)
    assert db.session.scalars(pending).all() == ["lea3@ailleurs.example"]


@pytest.mark.parametrize("token", ["forged", "x" * 2000])
def test_a_forged_link_does_nothing(client: FlaskClient, lea: Membership, token: str) -> None:
    assert client.get(f"/address/{token}").status_code == 410


def test_a_token_of_another_kind_does_nothing(client: FlaskClient, theirs: FlaskClient, lea: Membership) -> None:
    ask(theirs)
    for purpose, value in (
        ("invited", [1, "confirm"]),
        ("address", [1, "told"]),
        ("address", 1),
        ("address", [99, "refuse"]),
    ):
        assert client.post(f"/address/{sign(purpose, value)}").status_code == 410
    assert email_of(lea) == OLD


def test_the_coordination_corrects_at_once_and_both_are_told(
    me: FlaskClient, app: Flask, theirs: FlaskClient, lea: Membership, relay: Relay
) -> None:
    url = f"{MANAGE}/people/{lea.id}"
    for _click in range(2):
        assert me.post(f"{url}/address", data={"email": NEW}).status_code == 303
    assert email_of(lea) == NEW
    assert theirs.get("/me").status_code == 302  # signed out
    deliver()
    assert (len(relay.to(NEW)), len(relay.to(OLD))) == (1, 1)
    history = words(me.get(url).text)
    assert f"{OLD} → {NEW}" in history and "à la demande de Camille" in history
    assert app.test_client().post(link_to(relay, OLD)).status_code == 200
    assert email_of(lea) == OLD


def test_addresses_of_letters_and_the_history_end(
    theirs: FlaskClient, lea: Membership, relay: Relay, clock: Traveller
) -> None:
    ask(theirs)
    deliver()
    clock.shift(31 * 24 * 3600)
    erase_old_changes(now())
    assert set(db.session.scalars(select(Letter.to_email))) == {""}
    assert db.session.query(AddressChange).count() == 1
    clock.shift(335 * 24 * 3600)
    erase_old_changes(now())
    assert db.session.query(AddressChange).count() == 0


@pytest.mark.parametrize(("name", "status"), [("Léa Morin", 303), ("é" * 200, 303), ("é" * 201, 422), ("\u200b", 422)])
def test_one_sets_ones_own_name(theirs: FlaskClient, lea: Membership, name: str, status: int) -> None:
    assert theirs.post("/me/details/name", data={"name": name}).status_code == status
    db.session.rollback()
    assert db.session.get_one(Person, lea.person_id).name == (name if status == 303 else "Léa Moreau")
