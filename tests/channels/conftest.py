"""A promotion of three teams, and a chat server that the settings allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask
from time_machine import Traveller

from app.teams.models import Membership, Promotion, Team
from tests.builders import make_member, make_promotion, make_team
from tests.channels.chat import ChatServer, load_apprise, running_chat


@dataclass(frozen=True)
class Cast:
    """Who there is: an EIG of Brancard, one of Jachère, a mentor of Brancard, a coordinator."""

    promotion: Promotion
    brancard: Team
    jachere: Team
    eig: Membership
    other: Membership
    mentor: Membership
    coordinator: Membership


@pytest.fixture(scope="session")
def the_chat() -> Iterator[ChatServer]:
    load_apprise()
    with running_chat() as chat:
        yield chat


@pytest.fixture
def chat(app: Flask, the_chat: ChatServer) -> ChatServer:
    the_chat.reset()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], chat_hosts=frozenset({"127.0.0.1"}))
    return the_chat


@pytest.fixture
def people(app: Flask, clock: Traveller) -> Cast:
    promotion = make_promotion()
    brancard, jachere = make_team(promotion, "Brancard"), make_team(promotion, "Jachère")
    make_team(promotion, "Semis")
    return Cast(
        promotion,
        brancard,
        jachere,
        make_member(promotion, team=brancard, email="nour@brancard.example"),
        make_member(promotion, team=jachere, email="lea@jachere.example"),
        make_member(promotion, "mentor", brancard, email="mentor@brancard.example"),
        make_member(promotion, "coordinator", email="cleo@promotion.example", name="Cléo"),
    )
