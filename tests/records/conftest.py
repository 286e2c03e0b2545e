"""A promotion with a team, whose record the tests are about."""

from __future__ import annotations

import pytest
from flask import Flask
from time_machine import Traveller

from app.records.models import Milestone
from app.teams.models import Promotion, Team
from tests.builders import make_milestone, make_promotion, make_team


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def team(promotion: Promotion) -> Team:
    return make_team(promotion, "Jachère")


@pytest.fixture
def milestone(promotion: Promotion, team: Team) -> Milestone:
    """Open until the end of 31 March, in Paris."""
    return make_milestone(promotion)
