"""Who may read what of a week before its digest (DESIGN, "who may do what"): every actor, every page, every moment."""

from __future__ import annotations

import csv
import re
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.bulletins.moods import Mood
from app.teams.models import Promotion
from app.teams.roles import Role
from app.weeks import Week
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.site import as_member
from tests.pages import words
from tests.readership.outputs import urls

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

WEEK = Week.parse("2019-W10")
OPEN, CLOSED = "2019-03-08T13:59:59Z", "2019-03-08T14:00:00Z"
PAGES = re.compile(
    r"/|/me/data|/promotion-3/(?!.*2019-W(?!10))(?!.*\.pdf$).*"
)  # what a PDF says, its Markdown says, too
OWN, OTHERS = {"Jachère"}, {"Brancard"}
ALL = OWN | OTHERS
ACTORS: dict[str, tuple[dict[str, object], set[str], set[str]]] = {  # who; the texts they read while open; once closed
    "eig": ({"role": Role.EIG}, OWN, OWN),
    "mentor": ({"role": Role.MENTOR}, OWN, OWN),
    "eig of no team": ({"role": Role.EIG, "team": None}, set(), set()),
    "coordinator": ({"role": Role.COORDINATOR, "team": None}, set(), ALL),
    "coordinator with a team": ({"role": Role.COORDINATOR}, set(), ALL),
    "eig who coordinates": ({"role": Role.EIG, "coordinates": True}, OWN, ALL),
    "alumni": ({"role": Role.ALUMNI}, set(), set()),
}


@pytest.fixture
def promotion(app: Flask, clock: Traveller) -> Promotion:
    """Two teams that have written, each with a call for help."""
    clock.move_to(OPEN)
    promotion = make_promotion()
    for name in ("Jachère", "Brancard"):
        team = make_team(promotion, name)
        make_bulletin(team, WEEK, mood=Mood.VERY_HARD, priorities=f"Texte de {name}", help=f"Appel de {name}")
    return promotion


def actor(app: Flask, promotion: Promotion, who: str) -> FlaskClient:
    """A member like that, of the team OWN unless said otherwise."""
    team = next(team for team in promotion.teams if {team.name} == OWN)
    return as_member(app.test_client(), make_member(promotion, **{"team": team, **ACTORS[who][0]}))  # type: ignore[arg-type]


def found(app: Flask, client: FlaskClient) -> tuple[set[str], set[str]]:
    """The teams whose text, and those whose call, is on any page; once all are found, no further page is read."""
    texts: set[str] = set()
    calls: set[str] = set()
    for url in sorted(url for url in urls(app, "GET") if PAGES.fullmatch(url)):
        page = client.get(url, buffered=True).text
        texts |= {name for name in ALL if f"Texte de {name}" in page}
        calls |= {name for name in ALL if f"Appel de {name}" in page}
        if texts == calls == ALL:
            break
    return texts, calls


@pytest.mark.parametrize("who", ACTORS)
def test_who_reads_what_on_any_page(app: Flask, promotion: Promotion, clock: Traveller, who: str) -> None:
    client = actor(app, promotion, who)
    _values, while_open, once_closed = ACTORS[who]
    assert found(app, client) == (while_open, while_open)
    clock.move_to(CLOSED)
    assert found(app, client)[0] == once_closed
    make_digest(promotion, WEEK)
    assert found(app, client) == (ALL, ALL)


def moods(client: FlaskClient) -> list[str]:
    """The moods of the week in the file: how many teams gave each."""
    text = client.get("/promotion-3/engagement/moods.csv").data.decode("utf-8-sig")
    return next((row[1:] for row in csv.reader(StringIO(text), delimiter=";") if row[0] == WEEK.label), [])


@pytest.mark.parametrize("who", ["coordinator", "eig who coordinates"])
def test_the_mood_of_a_week_is_told_from_the_closing_on(
    app: Flask, promotion: Promotion, clock: Traveller, who: str
) -> None:
    client = actor(app, promotion, who)
    page, chart = "/promotion-3/engagement", "/promotion-3/engagement/moods.svg"
    felt, bar = "l’humeur de la semaine", 'class="rect'
    assert moods(client) == []
    assert felt not in words(client.get(page).text)
    assert bar not in client.get(chart).text
    clock.move_to(CLOSED)
    assert moods(client) == ["2", "0", "0", "0"]
    assert felt in words(client.get(page).text)
    assert bar in client.get(chart).text
