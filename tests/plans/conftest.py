"""A promotion with a team whose plan is tried, and its members."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.teams.models import Membership, Team
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.site import as_member


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    return make_team(make_promotion(), "Jachère")


@pytest.fixture
def eig(team: Team) -> Membership:
    return make_member(team.promotion, "eig", team, "ada@plants.example", name="Ada Lovelace")


@pytest.fixture
def visitor(client: FlaskClient, eig: Membership) -> FlaskClient:
    """The EIG, signed in."""
    return as_member(client, eig)
