"""axe-core finds nothing on the coordination's pages in the states that a walk through their links does not meet:
a Friday between closing and digest, forms that come back with faults, an import and what it would change; in both
themes.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.layout import assert_laid_out
from tests.browser.live_site import LiveSite
from tests.browser.looked_at import MANAGE, ON_A_FRIDAY, SENT_EMPTY, trouble
from tests.browser.states import dress_as_state
from tests.builders import make_bulletin

AFTER_CLOSING = "2019-03-15T14:02:00+00:00"
FAULT = re.compile("^Erreur")
LIST = "Nom;Courriel;Défi;Rôle\nLéa Moreau;lea@eig.example;Jachère;EIG\n"
LIST_WITH_FAULTS = "Nom;Courriel;Défi;Rôle\nLéa Moreau;pas une adresse;Jachère;roi\n"


@pytest.mark.long
@pytest.mark.parametrize("theme", ["neutral", "dsfr"])
def test_axe_finds_nothing_in_the_states_of_the_coordinations_pages(
    live_site: LiveSite,
    open_page: Any,
    members: dict[str, Membership],
    theme: str,
) -> None:
    if theme == "dsfr":
        dress_as_state(live_site)
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
        expect(visitor).to_have_title(FAULT)
        check(visitor)
    visitor.goto(f"{MANAGE}/timetable")
    visitor.locator("input[name=delay]").fill("beaucoup")
    send(visitor)
    expect(visitor).to_have_title(FAULT)
    check(visitor)
    for text, shown in ((LIST_WITH_FAULTS, "Ligne 2"), (LIST, "Léa Moreau")):  # told, and what it would change
        visitor.goto(f"{MANAGE}/people/import")
        visitor.locator("main textarea").fill(text)
        send(visitor)
        expect(visitor.get_by_text(shown).first).to_be_visible()
        check(visitor)


def send(visitor: Page) -> None:
    visitor.locator("main form[novalidate] button[type=submit]").first.click()
    visitor.wait_for_load_state()


def check(visitor: Page) -> None:
    assert_accessible(visitor)
    assert_laid_out(visitor)
