"""The search page: what it says, what it marks, how one goes on; nothing typed breaks it."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.bulletins.models import Bulletin, FrozenWeek
from app.database import db
from app.teams.models import Promotion
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team, one_transaction
from tests.every_letter import every_row
from tests.fixtures.site import as_member
from tests.pages import words
from tests.rows import counted

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

FIRST = Week.parse("2019-W02")


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    return make_promotion()


@pytest.fixture
def client(app: Flask, promotion: Promotion) -> FlaskClient:
    return as_member(app.test_client(), make_member(promotion))


def search(client: FlaskClient, query: str = "", **fields: str) -> str:
    answer = client.get(f"/promotion-3/search?{urlencode({'q': query, **fields})}")
    assert answer.status_code == 200
    return answer.text


def test_before_anything_is_asked_the_page_says_what_it_is_for(client: FlaskClient) -> None:
    page = search(client)
    assert "Un autre défi a-t-il déjà rencontré cela" in words(page)
    assert "résultat" not in words(page)


@pytest.mark.parametrize("query", ["🙂", "…", "l’"])
def test_a_query_of_signs_alone_is_told(client: FlaskClient, query: str) -> None:
    told = f"Rien à chercher dans « {query} » : écrivez une lettre ou un chiffre."
    assert told in words(search(client, query))
    assert told in words(search(client, query, help="on")), "nothing but the filter counts"
    assert "Rien à chercher" not in words(search(client, "api"))


def test_what_was_asked_for_is_marked_in_the_text_as_it_was_typed(client: FlaskClient, promotion: Promotion) -> None:
    make_bulletin(
        make_team(promotion, "R&D <b>"), FIRST, priorities="Les <script>réunions</script> & l’*API*", help="Réunir ?"
    )
    make_digest(promotion, FIRST)
    page = search(client, "REUNION api")
    assert "<mark>réunions</mark>" in page
    assert "l’<mark>API</mark>" in page
    assert "&lt;script&gt;" in page
    assert "R&amp;D &lt;b&gt;" in page
    assert "<script>" not in page.replace('<script type="module"', "")
    assert "<mark>b</mark>" in search(client, "b api"), "in the name of the team"


@pytest.mark.parametrize(
    "query", ['"><script>alert(1)</script>', "l'api", "c++", '"', "AND", "col:x", "\0", "%", "🙂", "a" * 9000]
)
def test_the_query_comes_back_as_it_was_typed(client: FlaskClient, query: str) -> None:
    page = search(client, query)
    assert "<script>alert" not in page
    typed = re.search(r'name="q" type="search" value="([^"]*)"', page)
    assert typed
    assert unescape(typed[1]) == query.replace("\0", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"before": "-1"},
        {"before": "9" * 40},
        {"before": "²"},
        {"team": "9" * 30},
        {"team": "x", "in": "no-such", "from": "0001-01-01", "to": "9999-12-31"},
        {"from": "2019-02-30", "to": "\0"},
    ],
)
def test_fields_that_mean_nothing_are_left_out(
    client: FlaskClient, promotion: Promotion, fields: dict[str, str]
) -> None:
    make_bulletin(make_team(promotion), FIRST)
    make_digest(promotion, FIRST)
    assert "1 résultat" in words(search(client, "priorité", **fields))


def test_twenty_a_page_and_the_next_from_where_this_one_ends(client: FlaskClient, promotion: Promotion) -> None:
    with one_transaction():
        teams = [make_team(promotion) for _ in range(11)]
        for team in teams:
            for ahead in range(10):
                make_bulletin(team, FIRST + ahead, priorities=f"Numéro {team.id}-{ahead}")
    with one_transaction():
        for ahead in range(9):
            make_digest(promotion, FIRST + ahead)
    pages, url = [], "/promotion-3/search?q=num%C3%A9ro"
    while url:
        page = client.get(url).text
        pages.append(re.findall(r"<mark>Numéro</mark> (\S+)", page))
        following = re.search(r'href="([^"]*before[^"]*)"', page)
        url = unescape(following[1]) if following else ""
    assert [len(found) for found in pages] == [20] * 4 + [19]
    assert len({number for found in pages for number in found}) == 99
    assert "99 résultats" in words(search(client, "numéro"))
    assert "Plus" not in words(search(client, "numéro"))
    make_digest(promotion, FIRST + 9)
    assert "Plus de 100 résultats" in words(search(client, "numéro"))
    assert "10 résultats" in words(search(client, "numéro", team=str(teams[0].id)))
    fields = {"from": "2019-01-08", "to": "2019-01-08", "team": str(teams[0].id)}
    with counted() as few:
        search(client, "numéro", **fields)
    with counted() as many:
        search(client, "numéro")
    assert len(few) == len(many), "as many statements for one result as for twenty"


def test_a_text_that_just_changed_is_found_by_its_new_words_only(client: FlaskClient, promotion: Promotion) -> None:
    bulletin = make_bulletin(make_team(promotion, "Jachère"), FIRST, priorities="Semer", ups_and_downs="Oui")
    make_digest(promotion, FIRST)
    bulletin.priorities, bulletin.priorities_html = "Récolter", "<p>Récolter</p>"
    db.session.commit()
    assert "Aucun résultat" in words(search(client, "semer"))
    assert "1 résultat" in words(search(client, "récolte"))
    bulletin.team.name = "Moisson"
    db.session.commit()
    assert "Aucun résultat" in words(search(client, "jachère"))
    assert "1 résultat" in words(search(client, "moissons"))


def test_the_page_takes_as_many_statements_for_many_promotions_as_for_one(app: Flask, promotion: Promotion) -> None:
    member = make_member(promotion)
    make_team(promotion, "Jachère")
    client = as_member(app.test_client(), member)
    with counted() as of_one:
        search(client)
    for number in (4, 5):
        other = make_promotion(slug=f"promotion-{number}", name=f"Promotion {number}")
        make_team(other, f"Défi de la {number}")
        make_member(other, person=member.person)
    with counted() as of_three:
        page = search(client)
    assert len(of_three) == len(of_one)
    places = [page.index(name) for name in ('<optgroup label="Promotion 4">', "Défi de la 4", "Défi de la 5")]
    assert places == sorted(places)


def test_searching_writes_nothing(client: FlaskClient, promotion: Promotion) -> None:
    make_bulletin(make_team(promotion), FIRST)
    before = every_row()
    search(client, "priorité")
    assert every_row() == before


def test_a_bulletin_of_a_week_outside_the_promotion_leads_to_its_team(
    client: FlaskClient, promotion: Promotion
) -> None:
    make_bulletin(make_team(promotion, "Jachère"), "2018-W40", priorities="Avant")
    db.session.add(
        FrozenWeek(promotion_id=promotion.id, week=Week.parse("2018-W40"), frozen_at=Bulletin.query.one().created_at)
    )
    db.session.commit()
    assert '"/promotion-3/teams/jachere"' in search(client, "avant")
