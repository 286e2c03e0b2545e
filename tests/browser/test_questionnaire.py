"""A questionnaire answered in a browser: what was answered stays in it until it is sent; and without scripts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from app.clock import now
from app.database import db
from app.questionnaires.models import Urn
from app.questionnaires.service import issue
from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite, link_in
from tests.builders import make_member, make_promotion
from tests.questionnaires.files import SMALL_FILE

PHONE = {"viewport": {"width": 360, "height": 740}}
KEPT = "() => Object.keys(localStorage).filter((key) => key.startsWith('bulletins.draft:'))"


@pytest.fixture
def camille(live_site: LiveSite) -> Membership:
    """Somebody who was asked three questions and more."""
    with live_site.rows():
        promotion = make_promotion()
        camille = make_member(promotion, "eig", name="Camille Roux")
        issue(promotion, SMALL_FILE, None, date(2019, 3, 20), now())
    return camille


@pytest.fixture
def link(live_site: LiveSite, camille: Membership) -> str:
    (letter,) = live_site.deliver()
    return link_in(letter, "answerer")


def urns(live_site: LiveSite) -> dict[str, list[object]]:
    with live_site.rows():
        return {urn.key: urn.papers for urn in db.session.scalars(select(Urn)) if urn.papers}


def test_what_was_answered_stays_in_the_browser_until_it_is_sent(
    live_site: LiveSite, open_page: Any, link: str, take_picture: Any
) -> None:
    page: Page = open_page(**PHONE)
    page.goto(link)
    page.get_by_text("Jusqu’à l’envoi, vos réponses restent dans ce navigateur").wait_for()
    page.get_by_role("button", name="Commencer").click()
    take_picture(page, "questionnaire")
    assert not page.locator("#how").is_visible()
    page.get_by_label("oui", exact=True).check()
    page.get_by_role("textbox", name="Comment ?").fill("Le périmètre a doublé.")
    page.get_by_role("radio", name="4", exact=True).press("Space")
    page.get_by_role("button", name="Suite").click()
    page.get_by_label("lancement").check()
    page.goto("/sign-in")  # the rest for another day
    page.goto(link)
    page.get_by_role("button", name="Reprendre où j’en étais").click()
    assert page.get_by_label("lancement").is_checked()
    page.get_by_role("button", name="Suite").click()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.get_by_role("heading", name="Merci, vous avez répondu").wait_for()
    assert page.evaluate(KEPT) == []
    assert urns(live_site) == {
        "results": ["4"],
        "moved": ["yes"],
        "how": [{"text": "Le périmètre a doublé.", "quotable": False}],
        "formats.launch": ["yes"],
        "formats.sessions": ["no"],
        "formats.other": ["no"],
    }


def test_what_was_kept_can_be_erased_and_a_choice_taken_back(live_site: LiveSite, open_page: Any, link: str) -> None:
    page: Page = open_page(**PHONE)
    page.goto(link)
    page.get_by_role("button", name="Commencer").click()
    page.get_by_role("radio", name="2", exact=True).press("Space")
    page.get_by_label("oui", exact=True).check()
    page.get_by_role("button", name="Effacer ma réponse").nth(1).click()
    assert not page.get_by_label("oui", exact=True).is_checked()
    assert not page.locator("#how").is_visible()
    assert len(page.evaluate(KEPT)) == 1
    page.goto(link)
    page.get_by_role("button", name="Effacer ces réponses").click()
    assert page.evaluate(KEPT) == []
    page.goto(link)
    page.get_by_role("button", name="Commencer").wait_for()
    assert not page.get_by_role("button", name="Reprendre où j’en étais").is_visible()


def test_without_scripts_a_question_that_is_called_for_is_asked_too(
    live_site: LiveSite, open_page: Any, link: str
) -> None:
    page: Page = open_page(**PHONE, java_script_enabled=False)
    page.goto(link)
    page.get_by_text("vos réponses ne sont que dans la page").wait_for()
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label("oui", exact=True).check()
    page.get_by_role("button", name="Suite").click()
    page.get_by_text("1 question de plus se pose sur cette page").wait_for()
    page.get_by_role("textbox", name="Comment ?").fill("On a recommencé.")
    page.get_by_role("button", name="Suite").click()
    page.get_by_role("button", name="Suite").click()
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.get_by_role("heading", name="Merci, vous avez répondu").wait_for()
    assert urns(live_site) == {"moved": ["yes"], "how": [{"text": "On a recommencé.", "quotable": False}]}


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(PHONE | {"color_scheme": "light"}, id="phone-light", marks=pytest.mark.long),
        pytest.param(
            {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
            id="laptop-dark",
            marks=pytest.mark.long,
        ),
    ],
)
def test_axe_finds_nothing(
    live_site: LiveSite, open_page: Any, camille: Membership, link: str, look: dict[str, Any]
) -> None:
    page: Page = open_page(**look)
    page.goto(link)
    assert_accessible(page)
    page.get_by_role("button", name="Commencer").click()
    page.get_by_label("oui", exact=True).check()
    assert_accessible(page)
    page.get_by_role("textbox", name="Comment ?").fill("a" * 2001)
    page.get_by_role("button", name="Suite").click()
    page.get_by_text("2001 caractères : 1 de trop").first.wait_for()
    assert_accessible(page)
    page.get_by_role("textbox", name="Comment ?").fill("Bien.")
    page.get_by_role("button", name="Suite").click()
    assert_accessible(page)
    page.get_by_role("button", name="Suite").click()
    assert_accessible(page)
    page.get_by_role("button", name="Envoyer mes réponses").click()
    page.get_by_role("heading", name="Merci, vous avez répondu").wait_for()
    assert_accessible(page)
    page.goto(f"{link}x")
    assert_accessible(page)
    with live_site.rows():
        coordinator = make_member(camille.promotion, "coordinator")
    live_site.sign_in(page, coordinator)
    page.goto("/promotion-3/manage/questionnaires")
    assert_accessible(page)
    page.get_by_role("link", name="Lire les questions pour les EIG").click()
    assert_accessible(page)
    page.goto("/promotion-3/manage/questionnaires")
    page.locator("summary", has_text="Clôturer maintenant").click()
    page.get_by_role("button", name="Clôturer définitivement").click()
    page.get_by_role("link", name="Lire les résultats").click()
    assert_accessible(page)
