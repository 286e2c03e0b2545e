"""A cohort with two teams, a coordinator who is signed in, and what a page's form holds."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.teams.models import Membership, Promotion
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.site import as_member

MANAGE = "/promotion-3/manage"


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    promotion = make_promotion()
    make_team(promotion, "Jachère")
    make_team(promotion, "Brancard")
    return promotion


@pytest.fixture
def camille(promotion: Promotion) -> Membership:
    return make_member(promotion, "coordinator", email="camille@programme.example", name="Camille")


@pytest.fixture
def lea(promotion: Promotion) -> Membership:
    team = next(team for team in promotion.teams if team.name == "Jachère")
    return make_member(promotion, "eig", team, "lea@jachere.example", name="Léa Moreau")


@pytest.fixture
def me(client: FlaskClient, camille: Membership) -> FlaskClient:
    return as_member(client, camille)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])
