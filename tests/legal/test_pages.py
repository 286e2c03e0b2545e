"""The legal pages: honest while nobody has filled them in, filled in by any coordination, two of them at once."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.clock import now
from app.database import db
from app.legal.details import LINE_LIMIT, TEXT_LIMIT, Conformity, Details
from app.legal.service import DetailsChangedError, conformity, find_details, save_details
from app.teams.models import Person
from tests.builders import make_member, make_promotion
from tests.fixtures.site import as_member

FILLED = {"publisher": "Direction du numérique", "contact": "contact@programme.example", "conformity": "none"}


@pytest.fixture
def coordinator(client: FlaskClient) -> Person:
    member = make_member(make_promotion(), "coordinator")
    as_member(client, member)
    return member.person


def test_what_nobody_has_filled_in_is_said_to_be_missing(client: FlaskClient) -> None:
    assert client.get("/legal-notice").text.count("Pas encore renseigné.") == 3
    statement = client.get("/accessibility").text
    assert "Ce site est non conforme avec le référentiel" in statement
    assert "Aucun audit n’a encore été réalisé" in statement
    assert "Défenseur des droits<br>Libre réponse 71120" in statement
    assert "Accessibilité\u00a0: non conforme" in client.get("/").text


def test_what_the_coordination_fills_in_stands_on_the_pages(client: FlaskClient, coordinator: Person) -> None:
    answer = client.post("/legal-notice/edit", data={**FILLED, "revision": "0"})
    assert answer.status_code == 303
    notice = client.get("/legal-notice").text
    assert "Direction du numérique" in notice
    assert 'href="mailto:contact@programme.example"' in notice
    assert "Direction du numérique s’engage" in client.get("/accessibility").text
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("site.page-changed", coordinator.id)


def test_an_audit_changes_the_foot_of_every_page(client: FlaskClient, coordinator: Person) -> None:
    client.get("/accessibility")  # remembers what was
    audited = {"conformity": "partial", "audited_on": "12 mai 2026", "audited_by": "Un cabinet", "audit_rate": "72,5"}
    client.post("/legal-notice/edit", data={**FILLED, **audited, "revision": "0"})
    assert "Accessibilité\u00a0: partiellement conforme" in client.get("/personal-data").text
    assert "72,5\u00a0% des critères" in client.get("/accessibility").text


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"conformity": "full"}, "Seul un audit le permet"),
        ({"conformity": "perfect"}, "Choisissez un état"),
        ({"audit_rate": "101"}, "Un nombre de 0 à 100"),
        ({"audit_rate": "beaucoup"}, "Un nombre de 0 à 100"),
        ({"multi_year_plan": "javascript:alert(1)"}, "l’adresse complète"),
        ({"publisher": "é" * (LINE_LIMIT + 1)}, "1 de trop"),
        ({"failures": "🙂" * (TEXT_LIMIT + 1)}, "1 de trop"),
    ],
)
def test_bad_input_is_told_beside_its_field(
    client: FlaskClient, coordinator: Person, typed: dict[str, str], fault: str
) -> None:
    answer = client.post("/legal-notice/edit", data={**FILLED, **typed, "revision": "0"})
    assert answer.status_code == 422
    assert "<title>Erreur" in answer.text
    assert fault in answer.text
    assert find_details().revision == 0


def test_strange_characters_are_kept_or_left_out(client: FlaskClient, coordinator: Person) -> None:
    strange = "عربى \u200f🙂 a\x00b\nc <b>"
    client.post("/legal-notice/edit", data={**FILLED, "director": strange, "revision": "0"})
    assert find_details().details.director == "عربى \u200f🙂 ab c <b>"
    assert "&lt;b&gt;" in client.get("/legal-notice").text


def test_the_second_of_two_sees_what_the_first_has_saved(client: FlaskClient, coordinator: Person) -> None:
    client.post("/legal-notice/edit", data={**FILLED, "revision": "0"})
    mine = {**FILLED, "publisher": "Une autre direction", "revision": "0"}
    answer = client.post("/legal-notice/edit", data=mine)
    assert answer.status_code == 409
    assert "<dd>Direction du numérique</dd>" in answer.text
    assert 'value="Une autre direction"' in answer.text
    assert client.post("/legal-notice/edit", data={**mine, "revision": "1"}).status_code == 303
    assert find_details().details.publisher == "Une autre direction"


def test_sent_twice_it_is_saved_once(client: FlaskClient, coordinator: Person) -> None:
    for _ in range(2):
        assert client.post("/legal-notice/edit", data={**FILLED, "revision": "0"}).status_code == 303
    assert (find_details().revision, len(db.session.scalars(select(AuditEntry)).all())) == (1, 1)


@pytest.mark.both_databases
def test_details_are_stored_and_the_revision_guards_them(app: Flask) -> None:
    person = make_member(make_promotion(), "coordinator").person
    details = Details(publisher="Direction", audited_on="1er mai", audited_by="Un cabinet", conformity="full")
    save_details(details, 0, person.id, now())
    assert asdict(find_details().details) == asdict(details)
    assert conformity(now()) is Conformity.FULL
    with pytest.raises(DetailsChangedError):
        save_details(Details(), 0, person.id, now())
    db.session.rollback()
