"""The page of suppressed addresses: which, since when and why; lifting one; how many have unsubscribed from what."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.home.account import erase_person
from app.letters.models import AdminActionLog, SuppressedAddress
from app.letters.states import AdminAction
from app.letters.suppression import suppressed_addresses
from app.teams.models import Membership, Person, Promotion
from tests.builders import LONG_AGO, make_member, make_promotion, saved
from tests.fixtures.site import as_member
from tests.pages import words

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

URL = "/promotion-3/manage/addresses"
MANAGE_URL = "/promotion-3/manage/"


@pytest.fixture
def promotion(client: FlaskClient, clock: Traveller) -> Promotion:
    """A promotion whose coordination, Judith, is signed in as `client`; the address of Anne is suppressed."""
    promotion = make_promotion()
    as_member(client, make_member(promotion, "coordinator", name="Judith", email="judith@x.example"))
    make_member(promotion, name="Anne", email="anne@x.example")
    saved(SuppressedAddress(email="anne@x.example", since=LONG_AGO, code="5.1.1", text="unknown <user>"))
    return promotion


def page(client: FlaskClient) -> str:
    return words(client.get(URL).text)


def lift(client: FlaskClient, address: str = "anne@x.example") -> int:
    """The status of the answer."""
    db.session.rollback()
    row = db.session.scalars(select(SuppressedAddress).filter_by(email=address)).one()
    return client.post(f"{URL}/{row.id}/lift").status_code


def test_a_suppressed_address_is_shown_with_its_reason_and_counted_on_the_desk(
    client: FlaskClient, promotion: Promotion
) -> None:
    assert "Anne anne@x.example depuis le mercredi 2 janvier à 10 h 5.1.1 unknown <user>" in page(client)
    assert "1 adresse ne reçoit plus aucun courriel" in words(client.get(MANAGE_URL).text)
    assert f'href="{URL}"' in client.get(MANAGE_URL).text


def test_it_leads_to_where_another_address_can_be_typed(client: FlaskClient, promotion: Promotion) -> None:
    assert "si la personne a une autre adresse, corrigez-la sur sa page" in page(client)
    anne = db.session.scalars(select(Membership).join(Membership.person).where(Person.name == "Anne")).one()
    place = f"/promotion-3/manage/people/{anne.id}"
    assert f'href="{place}#address"' in client.get(URL).text
    assert 'id="address"' in client.get(place).text


def test_lifting_one_is_kept_with_who_and_when(client: FlaskClient, promotion: Promotion) -> None:
    assert lift(client) == 302
    text = page(client)
    assert "anne@x.example reçoit de nouveau des lettres, dès la prochaine." in text
    assert "Il n’y en a aucune" in text
    assert "Anne anne@x.example rétablie par Judith mercredi à 11 h" in text
    assert suppressed_addresses() == set()
    assert lift(client) == 302
    assert "anne@x.example avait déjà été rétablie." in page(client)
    assert [act.action for act in db.session.scalars(select(AdminActionLog))] == [AdminAction.LIFT]
    assert "adresse ne reçoit" not in words(client.get(MANAGE_URL).text)
    assert f'href="{URL}"' in client.get(MANAGE_URL).text, "the page stays within reach"


def test_only_addresses_of_ones_own_members_are_shown_and_lifted(client: FlaskClient, promotion: Promotion) -> None:
    make_member(make_promotion(slug="promotion-4", name="Promotion 4"), name="Zoé", email="zoe@x.example")
    saved(SuppressedAddress(email="zoe@x.example", since=LONG_AGO))
    saved(SuppressedAddress(email="nobody@x.example", since=LONG_AGO))
    assert not re.search("zoe@|nobody@", client.get(URL).text)
    assert lift(client, "zoe@x.example") == 404
    assert lift(client, "nobody@x.example") == 404
    assert suppressed_addresses() == {"anne@x.example", "zoe@x.example", "nobody@x.example"}


def test_the_address_of_somebody_who_has_left_is_no_longer_shown_nor_lifted(
    client: FlaskClient, promotion: Promotion
) -> None:
    make_member(promotion, name="Denis", email="denis@x.example", left_on=date(2019, 3, 5))
    make_member(promotion, name="Emma", email="emma@x.example", left_on=date(2019, 3, 6))
    for address in ("denis@x.example", "emma@x.example"):
        saved(SuppressedAddress(email=address, since=LONG_AGO))
    html = client.get(URL).text
    assert "denis@" not in html
    assert "emma@" in html, "the last day still counts"
    assert lift(client, "denis@x.example") == 404
    assert lift(client, "emma@x.example") == 302


def test_lifting_is_a_post_with_the_forms_token(app: Flask, client: FlaskClient, promotion: Promotion) -> None:
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    assert client.get(f"{URL}/1/lift").status_code == 405
    assert lift(client) == 400
    assert suppressed_addresses() == {"anne@x.example"}


FEW = "Moins de cinq membres ont choisi de ne pas recevoir le récapitulatif par courriel."
FIVE = "5 membres, anciens membres compris, ont choisi de ne pas recevoir le récapitulatif par courriel."


@pytest.mark.parametrize(("unsubscribed", "sentence"), [(0, FEW), (1, FEW), (4, FEW), (5, FIVE)])
def test_who_left_which_letters_is_a_number_from_five_on(
    client: FlaskClient, promotion: Promotion, unsubscribed: int, sentence: str
) -> None:
    for number in range(unsubscribed):
        make_member(promotion, name="Bruno", email=f"bruno{number}@x.example", digest_unsubscribed_at=LONG_AGO)
    html = client.get(URL).text
    assert sentence in words(html)
    assert "Moins de cinq membres ont choisi de ne pas recevoir les rappels par courriel." in words(html)
    assert not re.search("Bruno|bruno", html)


def test_the_number_does_not_tell_that_who_goes_had_left_the_letters(client: FlaskClient, promotion: Promotion) -> None:
    left, erased, *_ = [make_member(promotion, digest_unsubscribed_at=LONG_AGO) for _ in range(5)]
    assert FIVE in words(client.get(URL).text)
    left.left_on = date(2019, 3, 5)
    db.session.commit()
    erase_person(erased.person, now())
    assert FIVE in words(client.get(URL).text)


@pytest.mark.parametrize("role", ["eig", "mentor", "alumni"])
def test_the_page_is_the_coordinations_alone(client: FlaskClient, promotion: Promotion, role: str) -> None:
    as_member(client, make_member(promotion, role))
    assert client.get(URL).status_code == 403
    assert lift(client) == 403
