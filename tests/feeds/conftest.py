"""A promotion on a Wednesday of March 2019, with two teams and a reader of theirs."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from time_machine import Traveller

from app.teams.models import Membership, Team
from tests.builders import make_member, make_promotion, make_team

WEDNESDAY = datetime(2019, 3, 6, 9, 0, tzinfo=UTC)


@pytest.fixture
def team(app: Flask, clock: Traveller) -> Team:
    """Jachère, which shares its promotion with nobody yet."""
    clock.move_to(WEDNESDAY)
    return make_team(make_promotion(), "Jachère")


@pytest.fixture
def lea(team: Team) -> Membership:
    """An EIG of Jachère, who reads in French."""
    return make_member(team.promotion, team=team, email="lea@jachere.example", name="Léa", locale="fr")


@pytest.fixture
def max_(team: Team) -> Membership:
    """An EIG of another team."""
    return make_member(team.promotion, team=make_team(team.promotion, "Brancard"), name="Max", locale="fr")
