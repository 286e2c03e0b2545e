"""Where a confidential message must not be: everything but its author's page and the coordination's."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from time_machine import Traveller
from werkzeug.routing import Rule

from app.clock import now
from app.confidential.models import ConfidentialMessage
from app.confidential.service import write_message
from app.database import db
from app.digests.service import issue
from app.teams.models import Membership, Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.site import as_member

SECRET = "Mon chef me demande de mentir."
VALUES: dict[str, Any] = {"promotion_slug": "promotion-3", "slug": "promotion-3", "week": "2019-W09", "team": "plume"}


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """A promotion with a digest of W09, and a message of its EIG written before it."""
    promotion = make_promotion()
    team = make_team(promotion, "Plume")
    make_bulletin(team, "2019-W09", help="Qui relit ?")
    eig = make_member(promotion, "eig", team, name="Ada Lovelace")
    make_member(promotion, "coordinator")
    write_message(eig, SECRET, now())
    week = Week.parse("2019-W09")
    issue(promotion, week, now=promotion.timetable.digest_due(week) or now())
    return promotion


def pages(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and rule.endpoint != "static"]


def url(app: Flask, rule: Rule) -> str:
    values = {name: VALUES.get(name, 1) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def visitors(app: Flask, promotion: Promotion) -> dict[str, FlaskClient]:
    """Somebody of each role, the author, their teammate, and a visitor."""
    author = db.session.query(Membership).filter_by(role="eig").one()
    coordinator = db.session.query(Membership).filter_by(role="coordinator").one()
    members = {"author": author, "coordinator": coordinator, "teammate": make_member(promotion, "eig", author.team)}
    members |= {role: make_member(promotion, role, author.team) for role in ("mentor", "alumni")}
    known = {name: as_member(app.test_client(), member) for name, member in members.items()}
    return {**known, "visitor": app.test_client()}


def test_no_page_shows_a_message_but_its_own(app: Flask, promotion: Promotion) -> None:
    places = set()
    for who, visitor in visitors(app, promotion).items():
        for rule in pages(app):
            if SECRET.encode() in visitor.get(url(app, rule)).data:  # some are files
                places.add((who, rule.rule))
    coordination = "/<slug:promotion_slug>/manage/confidential"
    assert places == {
        ("author", "/<slug:promotion_slug>/confidential"),
        ("author", "/me/data"),
        ("coordinator", coordination),
    }


def test_a_message_is_in_no_other_table(promotion: Promotion) -> None:
    """Digests, letters, bulletins, everything that is exported comes from these."""
    tables = {
        table.name
        for table in db.metadata.sorted_tables
        for row in db.session.execute(text(f'SELECT * FROM "{table.name}"'))
        if SECRET in str(tuple(row))
    }
    assert tables == {"confidential_messages"}


@pytest.mark.parametrize("command", [["bulletins", "export"], ["figures"], ["digest", "preview", "--week", "2019-W09"]])
def test_no_command_prints_a_message(app: Flask, promotion: Promotion, command: list[str]) -> None:
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=command)
    assert SECRET not in result.output
    assert "Ada" not in result.output


def test_no_log_has_a_message_even_when_the_database_refuses_it(
    app: Flask, promotion: Promotion, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    db.session.add(ConfidentialMessage(membership_id=999_999, text=SECRET, written_at=now()))
    with pytest.raises(DBAPIError) as refused:
        db.session.flush()
    logging.getLogger("app").exception("refused", exc_info=refused.value)
    db.session.rollback()
    assert "FOREIGN KEY" in caplog.text.upper()
    assert SECRET not in caplog.text
    assert SECRET not in str(refused.value)


def test_no_log_has_who_writes_reads_and_answers(
    app: Flask, promotion: Promotion, caplog: pytest.LogCaptureFixture
) -> None:
    people = visitors(app, promotion)
    caplog.set_level(logging.INFO)
    people["author"].post("/promotion-3/confidential", data={"text": SECRET + SECRET})
    people["coordinator"].get("/promotion-3/manage/confidential")
    people["coordinator"].post("/promotion-3/manage/confidential/1/answer", data={"text": "Une réponse"})
    assert SECRET not in caplog.text
    assert "Ada" not in caplog.text
    assert "Une réponse" not in caplog.text


def test_a_message_represents_itself_without_its_text(promotion: Promotion) -> None:
    message = db.session.query(ConfidentialMessage).one()
    assert SECRET not in repr(message)
