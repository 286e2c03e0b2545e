"""A member who signs in."""

from __future__ import annotations

import pytest
from flask import Flask
from time_machine import Traveller

from app.teams.models import Membership
from tests.builders import make_member, make_promotion, make_team
from tests.teams.asking import ADDRESS


@pytest.fixture
def member(app: Flask, clock: Traveller) -> Membership:
    promotion = make_promotion()
    return make_member(promotion, team=make_team(promotion, "Brancard"), email=ADDRESS, name="Nour Haddad")
