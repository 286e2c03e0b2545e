"""The menu says on which of its pages one is, also on the pages behind an entry."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from time_machine import Traveller

from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.site import as_member

CURRENT = re.compile(r"<a\b(?=[^>]*aria-current=\"page\")(?=[^>]*fr-nav__link)[^>]*>\s*([^<]+?)\s*</a>")
PAGES = {
    "": "Ma semaine",
    "bulletin": "Ma semaine",
    "confidential": "Ma semaine",
    "digests": "Archives",
    "weeks": "Archives",
    "weeks/2019-W10": "Archives",
    "teams": "Défis",
    "teams/jachere": "Défis",
    "help": "Demandes d’aide",
    "engagement": "Engagement",
    "manage/": "Coordination",
    "manage/weeks/2019-W10": "Coordination",
    "manage/addresses": "Coordination",
    "manage/confidential": "Coordination",
    "advice": "Coordination",
    "manage/questionnaires": "Coordination",
    "records": "Coordination",
    "teams/jachere/plan": "Défis",
    "teams/jachere/story": "Défis",
    "retrospective": "Bilan",
    "retrospective/compare": "Bilan",
}


@pytest.mark.parametrize("path", PAGES)
def test_the_entry_of_a_page_is_the_current_one(client: FlaskClient, clock: Traveller, path: str) -> None:
    promotion = make_promotion(slug="promotion-3")
    team = make_team(promotion, name="Jachère")
    as_member(client, make_member(promotion, "eig", team, coordinates=True))
    page = client.get(f"/promotion-3/{path}")
    assert page.status_code == 200
    assert CURRENT.findall(page.text) == [PAGES[path]]


def test_who_does_not_coordinate_finds_the_milestones_beside_the_retrospective(
    client: FlaskClient, clock: Traveller
) -> None:
    promotion = make_promotion(slug="promotion-3")
    as_member(client, make_member(promotion, "mentor", make_team(promotion, name="Jachère")))
    assert CURRENT.findall(client.get("/promotion-3/records").text) == ["Bilan"]
