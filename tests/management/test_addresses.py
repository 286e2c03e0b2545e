"""A change of address: confirmed from the new one, refused from the old one, corrected by the coordination."""

from __future__ import annotations

import re
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.feeds.models import FeedAddress
from app.home.account import erase_person
from app.identity.models import Identity
from app.letters.delivery import deliver
from app.letters.models import Letter
from app.management.address_changes import AddressInUseError, ask_change, confirm, correct_address, refuse
from app.management.address_letters import erase_old_changes
from app.management.models import AddressChange, ChangeState
from app.security import sign
from app.teams.invitation_links import invitation_link
from app.teams.models import Membership, Person, Promotion
from app.teams.sign_in_models import UserSession
from tests.builders import make_member, make_promotion
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.management.conftest import MANAGE
from tests.pages import typed, words
from tests.threads import while_under_way

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
    assert theirs.get("/me").status_code == 302  # whoever asked is signed out, as the letter says
    theirs = as_member(app.test_client(), lea)
    ask(theirs)
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


@pytest.mark.both_databases
def test_an_address_given_to_two_at_once_is_that_of_one(app: Flask, lea: Membership, camille: Membership) -> None:
    max_ = make_member(lea.promotion, "mentor", lea.team)
    by_id = camille.person_id

    def correct(person_id: int) -> None:
        person, by = db.session.get_one(Person, person_id), db.session.get_one(Person, by_id)
        correct_address(person, NEW, by, now())

    first, second = (partial(correct, each.person_id) for each in (lea, max_))
    assert isinstance(while_under_way(app, "UPDATE people", first, second), AddressInUseError)
    assert email_of(lea) == NEW


@pytest.mark.both_databases
def test_an_address_confirmed_by_two_at_once_is_that_of_one_and_the_other_is_given_up(
    app: Flask, lea: Membership
) -> None:
    max_ = make_member(lea.promotion, "mentor", lea.team, "max@jachere.example")
    changes = [ask_change(each.person, NEW, now()).id for each in (lea, max_)]

    def confirm_one(change_id: int) -> None:
        assert confirm(db.session.get_one(AddressChange, change_id), now())

    first, second = (partial(confirm_one, change_id) for change_id in changes)
    assert isinstance(while_under_way(app, "UPDATE people", first, second), AddressInUseError)
    db.session.rollback()
    states = [db.session.get_one(AddressChange, change_id).state for change_id in changes]
    assert (email_of(lea), email_of(max_), states) == (
        NEW,
        "max@jachere.example",
        [ChangeState.MADE, ChangeState.GIVEN_UP],
    )
    assert not confirm(db.session.get_one(AddressChange, changes[0]), now()), "sent twice"


def test_a_change_of_somebody_erased_at_that_moment_is_none(app: Flask, lea: Membership, camille: Membership) -> None:
    change = ask_change(lea.person, NEW, now())
    found = AddressChange(id=change.id, person_id=lea.person_id)  # as the page has read it before
    erase_person(lea.person, now())
    for act in (confirm, refuse):
        assert act(found, now()) is False


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


@pytest.mark.both_databases
def test_an_address_that_another_has_just_corrected_is_shown_and_replaced_only_knowingly(
    me: FlaskClient, app: Flask, promotion: Promotion, lea: Membership
) -> None:
    url = f"{MANAGE}/people/{lea.id}"
    other = as_member(app.test_client(), make_member(promotion, "coordinator", email="autre@programme.example"))
    base = typed(me.get(url).text, "base")
    for _click in range(2):
        assert other.post(f"{url}/address", data={"email": NEW, "base": base}).status_code == 303
    sent = {"email": "lea.moreau@ailleurs.example"}
    second = me.post(f"{url}/address", data=sent | {"base": base})
    assert (second.status_code, email_of(lea)) == (409, NEW)
    assert f"Adresse électronique {NEW}" in words(second.text)
    assert typed(second.text, "email") == sent["email"]
    assert me.post(f"{url}/address", data=sent | {"base": typed(second.text, "base")}).status_code == 303
    assert email_of(lea) == sent["email"]


def test_who_hides_behind_a_second_change_is_refused_with_it(
    me: FlaskClient, app: Flask, lea: Membership, relay: Relay
) -> None:
    for address in (NEW, "third@ailleurs.example"):
        me.post(f"{MANAGE}/people/{lea.id}/address", data={"email": address})
    refuse = link_to(relay, OLD)
    assert app.test_client().post(refuse).status_code == 200
    assert email_of(lea) == OLD
    assert set(db.session.scalars(select(AddressChange.state))) == {ChangeState.REFUSED}
    second = link_to(relay, NEW)  # whose owner had it for a while
    assert app.test_client().post(second).status_code == 410
    assert email_of(lea) == OLD


def test_what_a_taken_account_may_have_opened_ends_with_the_refusal(
    me: FlaskClient, app: Flask, lea: Membership, relay: Relay
) -> None:
    me.post(f"{MANAGE}/people/{lea.id}/address", data={"email": NEW})
    thief = as_member(app.test_client(), lea)
    thief.post("/promotion-3/feeds/calendar/make")
    db.session.add(Identity(person_id=lea.person_id, issuer="https://x.example", subject="thief", linked_at=now()))
    db.session.commit()
    app.test_client().post(link_to(relay, OLD))
    db.session.rollback()
    assert thief.get("/me").status_code == 302
    assert [db.session.query(table).count() for table in (UserSession, Identity, FeedAddress)] == [1, 0, 0]


def test_nobody_gets_an_account_of_a_cohort_that_they_do_not_coordinate(
    me: FlaskClient, lea: Membership, camille: Membership
) -> None:
    """Else whoever coordinates one cohort would add the coordinator of another, and sign in as them."""
    other = make_member(make_promotion(slug="promotion-4", name="Promotion 4"), "coordinator", email="max@x.example")
    me.post(f"{MANAGE}/people/new", data={"name": "Max", "email": "max@x.example", "role": "coordinator"})
    member = db.session.scalars(select(Membership).filter_by(person_id=other.person_id).order_by(Membership.id.desc()))
    url = f"{MANAGE}/people/{member.first().id}"
    assert me.post(f"{url}/address", data={"email": NEW}).status_code == 403
    assert me.get(f"{url}/erase").status_code == 403
    assert me.post(f"{url}/erase", data={"address": "max@x.example"}).status_code == 403
    assert email_of(other) == "max@x.example"
    page = me.get(url).text
    assert "que vous ne coordonnez pas" in words(page)
    assert f"{url}/address" not in page
    make_member(other.promotion, "coordinator", person=camille.person)
    assert me.post(f"{url}/address", data={"email": NEW}).status_code == 303
    assert email_of(other) == NEW


def test_a_session_left_open_changes_no_address(theirs: FlaskClient, lea: Membership, clock: Traveller) -> None:
    clock.shift(31 * 60)
    assert ask(theirs) == 303
    assert db.session.query(AddressChange).count() == 0
    page = theirs.get("/me/details").text
    assert 'action="/me/details/address"' not in page
    assert "reconnectez-vous" in words(page)


def test_addresses_are_not_tried_one_after_the_other(theirs: FlaskClient, camille: Membership) -> None:
    tried = [ask(theirs, "camille@programme.example") for _attempt in range(11)]
    assert tried == [409] * 10 + [429]


def test_an_invitation_shows_no_address_that_came_after_it(me: FlaskClient, app: Flask, lea: Membership) -> None:
    with app.test_request_context():
        url = invitation_link(lea.person)
    assert OLD in app.test_client().get(url.partition("example")[2] or url).text
    me.post(f"{MANAGE}/people/{lea.id}/address", data={"email": NEW})
    assert NEW not in app.test_client().get(url.partition("example")[2] or url).text


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
