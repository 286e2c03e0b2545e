"""From an empty database to a cohort with invited people, without a shell; other cohorts; one made by mistake."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from time_machine import Traveller

from app.bulletins.models import Bulletin
from app.clock import now
from app.database import db
from app.job_process import show_setup_link
from app.letters.delivery import deliver
from app.management.first_run import ANOTHER_LINK_AFTER, FirstCoordinator, make_setup_link, set_up
from app.management.promotions import PromotionValues
from app.teams.models import Membership, Person, Promotion, Team
from tests.builders import make_bulletin, make_digest, make_member, make_promotion
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.management.conftest import MANAGE, hidden
from tests.pages import typed, words

COHORT = {
    "name": "Promotion 8",
    "starts_on": "2019-03-11",
    "ends_on": "2020-01-10",
    "locale": "fr",
    "timezone": "Europe/Paris",
    "country": "FR",
}
FIRST = COHORT | {"own_name": "Camille Durand", "email": "camille@programme.example"}


@pytest.fixture
def link(app: Flask, clock: Traveller) -> str:
    secret = make_setup_link(now())
    assert secret
    return f"/start/{secret}"


def test_an_empty_site_says_where_to_begin(client: FlaskClient, clock: Traveller) -> None:
    assert "Ce site est tout neuf" in words(client.get("/").text)
    make_member(make_promotion(), "coordinator")
    assert "Ce site est tout neuf" not in words(client.get("/").text)


def test_the_job_process_prints_one_link_however_many_start(
    app: Flask, clock: Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    show_setup_link()
    show_setup_link()
    assert capsys.readouterr().out.count("/start/") == 1
    clock.shift(ANOTHER_LINK_AFTER)
    show_setup_link()
    assert capsys.readouterr().out.count("/start/") == 1


def test_a_later_link_ends_the_one_before(client: FlaskClient, link: str, clock: Traveller) -> None:
    clock.shift(ANOTHER_LINK_AFTER)
    later = make_setup_link(now())
    assert client.get(link).status_code == 410
    assert client.get(f"/start/{later}").status_code == 200
    values = PromotionValues("Promotion 8", date(2019, 3, 11), date(2020, 1, 10), "Europe/Paris", "FR", "fr")
    first = FirstCoordinator("camille@programme.example", "Camille Durand")
    assert set_up(link.removeprefix("/start/"), values, first, now()) is None, "its form was sent a moment too late"


def test_the_link_makes_a_cohort_once_and_signs_in(app: Flask, client: FlaskClient, link: str, relay: Relay) -> None:
    other = app.test_client()
    assert other.get(link).status_code == 200
    answer = client.post(link, data=FIRST)
    assert answer.location == "/promotion-8/manage/first-steps"
    assert "Premiers pas" in words(client.get(answer.location).text)
    assert client.post(link, data=FIRST).status_code == 410
    assert other.post(link, data=FIRST | {"email": "mallory@x.example"}).status_code == 410
    assert db.session.scalars(select(Person.email)).all() == ["camille@programme.example"]
    assert make_setup_link(now()) is None


def test_a_link_is_refused_once_somebody_coordinates(client: FlaskClient, link: str) -> None:
    make_member(make_promotion(), "coordinator")
    assert client.get(link).status_code == 410
    assert client.post(link, data=FIRST).status_code == 410


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ends_on": "2019-03-10"}, "Le dernier jour précède le premier"),
        ({"ends_on": "2029-03-10"}, "trois ans au plus"),
        ({"starts_on": ""}, "Indiquez le jour"),
        ({"starts_on": "0001-01-01"}, "L’année doit être comprise"),
        ({"ends_on": "9999-12-31"}, "L’année doit être comprise"),
        ({"name": ""}, "Indiquez le nom de la promotion"),
        ({"name": "…"}, "au moins une lettre"),
        ({"name": "Manage"}, "ne permet pas de former une adresse"),
        ({"name": "李小龙"}, "ne permet pas de former une adresse"),
        ({"timezone": "Paris"}, "fuseau horaire est inconnu"),
        ({"country": "Atlantide"}, "Ce code n’est pas connu"),
        ({"email": "camille"}, "Cette adresse électronique n’est pas valable"),
        ({"own_name": "\u200b"}, "Indiquez votre nom"),
        ({"locale": "de"}, "Choisissez une langue"),
    ],
)
def test_what_cannot_be_is_told_and_the_link_stays(
    client: FlaskClient, link: str, changed: dict[str, str], said: str
) -> None:
    answer = client.post(link, data=FIRST | changed)
    assert answer.status_code == 422
    assert said in words(answer.text)
    assert client.get(link).status_code == 200
    assert db.session.query(Promotion).count() == 0


def test_the_first_steps_tell_the_hours_as_they_are(me: FlaskClient, promotion: Promotion) -> None:
    steps = f"{MANAGE}/first-steps"
    assert "ferme le vendredi 11 janvier à 15 h ; son récapitulatif part à 15 h 05." in words(me.get(steps).text)
    promotion.digest_at = time(16, 30)
    db.session.commit()
    assert "son récapitulatif part à 16 h 30." in words(me.get(steps).text)


def test_until_the_cohort_begins_the_desk_leads_to_the_first_steps(me: FlaskClient, promotion: Promotion) -> None:
    steps = f'href="{MANAGE}/first-steps"'
    assert steps not in me.get(f"{MANAGE}/").text
    promotion.starts_on = date(2019, 3, 18)
    db.session.commit()
    assert steps in me.get(f"{MANAGE}/").text


def test_people_whom_nobody_has_invited_lead_to_the_first_steps(me: FlaskClient, lea: Membership, relay: Relay) -> None:
    steps = f'href="{MANAGE}/first-steps"'
    assert steps in me.get(f"{MANAGE}/people").text
    me.post(f"{MANAGE}/people/invite")
    assert steps not in me.get(f"{MANAGE}/people").text


def test_a_cohort_without_public_holidays_has_an_empty_field(me: FlaskClient, promotion: Promotion) -> None:
    page = me.get(f"{MANAGE}/cohort").text
    assert typed(page, "country") == "FR"
    sent = COHORT | {"name": "Promotion 3", "starts_on": "2019-01-07", "ends_on": "2019-11-08", "country": ""}
    assert me.post(f"{MANAGE}/cohort", data=sent | {"base": hidden(page, "base")}).status_code == 303
    assert typed(me.get(f"{MANAGE}/cohort").text, "country") == ""


def test_a_test_letter_tells_whether_letters_leave(me: FlaskClient, relay: Relay) -> None:
    steps = f"{MANAGE}/first-steps"
    relay.refused_recipients = {"camille@programme.example": "550 5.7.1 no relaying"}
    me.post(f"{steps}/test-letter")
    me.post(f"{steps}/test-letter")
    assert "n’est pas encore partie" in words(me.get(steps).text)
    deliver()
    assert "no relaying" in me.get(steps).text
    assert len(relay.messages) == 0


def test_whoever_mistyped_their_address_at_the_first_run_corrects_it_from_the_first_steps(
    app: Flask, me: FlaskClient, camille: Membership, relay: Relay, clock: Traveller
) -> None:
    clock.shift(3600)  # on the account page, that asks to sign in anew, by a letter to the wrong address
    own = f"{MANAGE}/people/{camille.id}"
    assert f'href="{own}#address"' in me.get(f"{MANAGE}/first-steps").text
    assert me.post(f"{own}/address", data={"email": "camille@right.example"}).status_code == 303
    app.test_client().post("/sign-in", data={"email": "camille@right.example"})
    deliver()
    assert any("/sign-in/" in letter.text for letter in relay.to("camille@right.example"))


def test_each_cohort_of_the_list_leads_to_its_desk(me: FlaskClient) -> None:
    assert f'<li><p><a href="{MANAGE}/">' in me.get("/manage").text


def test_another_cohort_is_made_once_by_who_coordinates(me: FlaskClient, promotion: Promotion) -> None:
    for _click in range(2):
        assert me.post("/manage/new", data=COHORT).location == "/promotion-8/manage/first-steps"
    taken = me.post("/manage/new", data=COHORT | {"ends_on": "2020-02-10"})
    assert taken.status_code == 409
    assert db.session.query(Promotion).count() == 2
    assert "Promotion 8" in me.get("/manage").text


def test_the_dates_of_a_cohort_keep_what_was_written_inside(me: FlaskClient, promotion: Promotion) -> None:
    make_bulletin(promotion.teams[0], "2019-W08")
    sent = COHORT | {"name": "Promotion III", "starts_on": "2019-03-04", "ends_on": "2019-11-08"}
    base = hidden(me.get(f"{MANAGE}/cohort").text, "base")
    refused = me.post(f"{MANAGE}/cohort", data=sent | {"base": base})
    assert refused.status_code == 409
    assert "semaine du 18 au 22 février" in words(refused.text)
    saved = me.post(f"{MANAGE}/cohort", data=sent | {"base": base, "starts_on": "2019-02-18"})
    assert saved.status_code == 303
    db.session.rollback()
    promotion = db.session.get_one(Promotion, promotion.id)
    assert (promotion.name, promotion.slug, promotion.starts_on) == ("Promotion III", "promotion-3", date(2019, 2, 18))
    assert me.post(f"{MANAGE}/cohort", data=sent | {"base": base}).status_code == 409


@pytest.mark.both_databases
def test_a_cohort_made_by_mistake_goes_with_who_is_in_no_other(
    me: FlaskClient, promotion: Promotion, camille: Membership, lea: Membership
) -> None:
    url = f"{MANAGE}/cohort/delete"
    assert me.post(url, data={"name": "Promotion 3"}).status_code == 409  # the only one
    right = make_promotion(slug="promotion-4", name="Promotion 4")
    make_member(right, "coordinator", person=camille.person)
    make_bulletin(promotion.teams[0], "2019-W09")
    assert me.post(url, data={"name": "Promotion 4"}).status_code == 422
    assert me.post(url, data={"name": "Promotion 3"}).location == "/manage"
    assert me.post(url, data={"name": "Promotion 3"}).status_code == 404
    db.session.rollback()
    assert [promotion.slug for promotion in db.session.scalars(select(Promotion))] == ["promotion-4"]
    assert db.session.query(Team).count() == 0
    assert [email for email in db.session.scalars(select(Person.email)) if email] == ["camille@programme.example"]


def test_not_once_something_was_issued(me: FlaskClient, promotion: Promotion, camille: Membership) -> None:
    make_member(make_promotion(slug="promotion-4", name="Promotion 4"), "coordinator", person=camille.person)
    make_digest(promotion, "2019-W09")
    assert "Supprimer cette promotion" not in words(me.get(f"{MANAGE}/cohort").text)
    assert me.post(f"{MANAGE}/cohort/delete", data={"name": "Promotion 3"}).status_code == 409


def test_after_its_end_eigs_read_and_write_no_more(app: Flask, lea: Membership, clock: Traveller) -> None:
    clock.move_to("2019-11-20T10:00:00Z")
    member = as_member(app.test_client(), lea)
    assert member.get("/promotion-3/weeks").status_code == 200
    typed = {"mood": "good", "priorities": "Semer", "ups_and_downs": "Il pleut", "help": "", "revision": "0"}
    member.post("/promotion-3/bulletin/2019-W45", data=typed)
    assert db.session.query(Bulletin).count() == 0
    assert lea.role.value == "eig"  # as it was counted
