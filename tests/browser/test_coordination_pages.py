"""axe-core finds nothing on the coordination's pages in the states that a walk through their links does not meet:
a Friday between closing and digest, forms that come back with faults, an import and what it would change; in both
themes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page

from app import dsfr
from app.teams.models import Membership
from config_checks import find_dsfr
from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite
from tests.browser.test_every_page import members, trouble  # noqa: F401 — a fixture
from tests.builders import make_bulletin
from tests.fixtures.needs import lacking

AFTER_CLOSING = "2019-03-15T14:02:00+00:00"
MANAGE = "/promotion-3/manage"
ON_A_FRIDAY = (
    f"{MANAGE}/",
    f"{MANAGE}/weeks/2019-W11/issue",
    f"{MANAGE}/weeks/2019-W11/put-off",
    f"{MANAGE}/weeks/2019-W11/preview/fr",
    f"{MANAGE}/calls",
    f"{MANAGE}/questionnaires",
    f"{MANAGE}/questionnaires/to-issue/eig",
    f"{MANAGE}/people/1/erase",
    f"{MANAGE}/teams/new",
    "/manage/log",
)
SENT_EMPTY = (  # forms that come back with what is missing
    f"{MANAGE}/people/new",
    f"{MANAGE}/people/import",
    f"{MANAGE}/teams/new",
    f"{MANAGE}/weeks/2019-W10/notes",
    f"{MANAGE}/channels",
    "/manage/new",
)
LIST = "Nom;Courriel;Défi;Rôle\nLéa Moreau;lea@eig.example;Jachère;EIG\n"
LIST_WITH_FAULTS = "Nom;Courriel;Défi;Rôle\nLéa Moreau;pas une adresse;Jachère;roi\n"


@pytest.fixture(params=["neutral", "dsfr"])
def theme(request: pytest.FixtureRequest, live_site: LiveSite) -> Iterator[str]:
    """The site in each of its themes."""
    name: str = request.param
    if name == "dsfr":
        if find_dsfr(None) is None:
            lacking("no design system of the State: pip install --require-hashes --no-deps -r requirements-dsfr.txt")
        live_site.app.register_blueprint(dsfr.pages)
    settings = live_site.app.config["SETTINGS"]
    live_site.app.config["SETTINGS"] = replace(settings, theme=name)
    yield name
    live_site.app.config["SETTINGS"] = settings


@pytest.mark.long
def test_axe_finds_nothing_in_the_states_of_the_coordinations_pages(
    live_site: LiveSite,
    open_page: Any,
    members: dict[str, Membership],  # noqa: F811
    theme: str,
) -> None:
    with live_site.rows():
        make_bulletin(members["eig"].team, "2019-W11", help="Un avis ?")
        trouble(members["coordinator"])
    live_site.at(AFTER_CLOSING)
    visitor = open_page(viewport={"width": 390, "height": 844}, color_scheme="dark" if theme == "dsfr" else "light")
    live_site.sign_in(visitor, members["coordinator"])
    for path in ON_A_FRIDAY:
        assert visitor.goto(path).status == 200, path
        check(visitor)
    for path in SENT_EMPTY:
        visitor.goto(path)
        send(visitor)
        assert visitor.title().startswith("Erreur"), path
        check(visitor)
    visitor.goto(f"{MANAGE}/timetable")
    visitor.locator("input[name=delay]").fill("beaucoup")
    send(visitor)
    assert visitor.title().startswith("Erreur")
    check(visitor)
    for text in (LIST_WITH_FAULTS, LIST):
        visitor.goto(f"{MANAGE}/people/import")
        visitor.locator("main textarea").fill(text)
        send(visitor)
        check(visitor)
    assert visitor.locator("main", has_text="Léa Moreau").count(), "what the list would change"


def send(visitor: Page) -> None:
    visitor.locator("main form[novalidate] button[type=submit]").first.click()
    visitor.wait_for_load_state()


def check(visitor: Page) -> None:
    assert visitor.evaluate("document.documentElement.scrollWidth") <= 390, visitor.url
    assert_accessible(visitor)
