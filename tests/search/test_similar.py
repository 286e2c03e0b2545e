"""« Déjà rencontré par… »: who wrote of the same, of what one may read; asking writes nothing, and has a limit."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.teams.models import Membership, Promotion
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team, one_transaction
from tests.every_letter import every_row
from tests.fixtures.site import as_member
from tests.pages import words

CALL = "Qui connaît <b>Elasticsearch</b> et l’API de la DSI ?"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def past_calls() -> Promotion:
    """Issued: two calls of Brancard about one thing, a bulletin of Karfu’R, Jachère's own; this week's is not."""
    promotion = make_promotion()
    jachere, brancard, karfur = (make_team(promotion, name) for name in ("Jachère", "Brancard", "Karfu’R"))
    make_bulletin(brancard, "2019-W03", help=CALL, ups_and_downs="Elasticsearch")
    make_bulletin(brancard, "2019-W04", help=CALL)
    make_bulletin(karfur, "2019-W04", priorities="L’api enfin ouverte par la dsi")
    make_bulletin(jachere, "2019-W04", help=CALL)
    make_bulletin(karfur, "2019-W10", help=f"{CALL} cette semaine")
    for week in ("2019-W03", "2019-W04"):
        make_digest(promotion, week)
    return promotion


def eig_of_jachere(promotion: Promotion) -> Membership:
    return make_member(promotion, "eig", next(team for team in promotion.teams if team.slug == "jachere"))


@pytest.fixture
def writer(app: Flask, clock: Traveller) -> FlaskClient:
    with one_transaction():
        promotion = past_calls()
        member = eig_of_jachere(promotion)
    return as_member(app.test_client(), member)


def similar(client: FlaskClient, text: str) -> str:
    return client.get("/promotion-3/search/similar", query_string={"text": text}).text


def test_other_teams_that_wrote_of_the_same_are_named_the_most_alike_first(writer: FlaskClient) -> None:
    page = similar(writer, "Nous cherchons quelqu’un pour l’API Elasticsearch de la DSI")
    said = words(page)
    assert said.startswith("Déjà rencontré par… Brancard, semaine du 21 au 25 janvier")
    assert said.index("Brancard") < said.index("Karfu’R, semaine du 21 au 25 janvier")
    assert said.count("Brancard,") == 1
    assert "Jachère" not in said
    assert "cette semaine" not in said
    assert "&lt;b&gt;<mark>Elasticsearch</mark>&lt;/b&gt;" in page


@pytest.mark.parametrize("text", ["", "?", "Qui peut nous aider ?", "azerty qwerty", "\0", "a" * 5000, "le la les"])
def test_nothing_is_said_where_nothing_is_alike(writer: FlaskClient, text: str) -> None:
    assert words(similar(writer, text)) == ""


def test_asking_writes_nothing_and_has_a_limit(writer: FlaskClient) -> None:
    before = every_row()
    statuses = [writer.get("/promotion-3/search/similar?text=elasticsearch").status_code for _ in range(31)]
    assert statuses[:20] == [200] * 20  # other tests of this process may have asked, too
    assert statuses[-1] == 429
    assert every_row() == before
