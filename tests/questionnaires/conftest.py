"""A promotion whose EIGs were asked a small questionnaire, and a browser that carries a form's fields along."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.clock import now
from app.letters.delivery import deliver
from app.questionnaires.models import Questionnaire
from app.questionnaires.service import issue
from app.teams.models import Membership, Promotion
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.questionnaires.files import SMALL_FILE

CLOSES_ON = date(2019, 3, 20)
PATH = "/promotion-3/questionnaires/1"
INPUT = re.compile(r"<input\b[^>]*>|<textarea\b[^>]*>.*?</textarea>|<fieldset\b[^>]*>|</fieldset>", re.DOTALL)


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def lea(promotion: Promotion) -> Membership:
    return make_member(promotion, "eig", make_team(promotion, "Jachère"), "lea@jachere.example", name="Léa Martin")


@pytest.fixture
def max_(promotion: Promotion, lea: Membership) -> Membership:
    return make_member(promotion, "eig", lea.team, "max@jachere.example", name="Max")


@pytest.fixture
def coordinator(promotion: Promotion) -> Membership:
    return make_member(promotion, "coordinator", email="judith@x.example", name="Judith")


@pytest.fixture
def questionnaire(promotion: Promotion, lea: Membership, max_: Membership) -> Questionnaire:
    """Asked of Léa and Max, until 20 March."""
    return issue(promotion, SMALL_FILE, None, CLOSES_ON, now())


@pytest.fixture
def link(questionnaire: Questionnaire, relay: Relay) -> str:
    """The link in Léa's letter."""
    deliver()
    return link_in(relay, "lea@jachere.example")


def link_in(relay: Relay, address: str) -> str:
    found = re.search(r"http://localhost(/\S+answerer=[\w.-]+)", relay.to(address)[-1].text)
    assert found
    return found[1]


def fields_of(page: str) -> MultiDict[str, str]:
    """What a browser without scripts would send of the page's questionnaire form: nothing of a disabled fieldset."""
    form = re.search(r'<form id="questionnaire".*?</form>', page, re.DOTALL)
    assert form, "the page has no questionnaire"
    fields: MultiDict[str, str] = MultiDict()
    disabled = False
    for tag in INPUT.findall(form[0]):
        if tag.startswith(("<fieldset", "</fieldset")):
            disabled = " disabled" in tag
        name = re.search(r' name="([^"]+)"', tag)
        if disabled or not name or (re.search(r'type="(radio|checkbox)"', tag) and " checked" not in tag):
            continue
        value = re.search(r">\n?(.*?)</textarea>", tag, re.DOTALL) or re.search(r' value="([^"]*)"', tag)
        fields.add(html.unescape(name[1]), html.unescape(value[1] if value else ""))
    return fields


def press(client: FlaskClient, page: TestResponse, go: str, **answers: str | list[str]) -> TestResponse:
    """Fill in the page's form and press a button; a keyword's `__` stands for the dot of a name."""
    fields = fields_of(page.text)
    for name, value in answers.items():
        fields.setlist(f"a.{name.replace('__', '.')}", value if isinstance(value, list) else [value])
    fields["go"] = go
    return client.post(PATH, data=fields)
