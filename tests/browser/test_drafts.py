"""What is typed outlives a lost session, a closed tab, another language; signing out leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite, link_in
from tests.builders import make_member, make_promotion, make_team

BULLETIN, CONFIDENTIAL = "/promotion-3/bulletin", "/promotion-3/confidential"
ADDRESS = "eig1@cartobio.example"
PHONE = {"width": 360, "height": 740}
BACK = "Voici de nouveau le texte que vous aviez saisi."


@pytest.fixture
def eig(live_site: LiveSite) -> Membership:
    live_site.at("2019-03-07T10:00:00+00:00")
    with live_site.rows():
        promotion = make_promotion()
        return make_member(promotion, "eig", make_team(promotion, "CartoBio"), ADDRESS)


def type_bulletin(page: Page) -> None:
    page.goto(BULLETIN)
    page.get_by_label("Bonne").check()
    page.get_by_role("textbox", name="Notre priorité").fill("Montrer la carte\nà trois organismes")
    page.get_by_role("textbox", name="Les hauts et les bas").fill("Des hauts")


def expect_bulletin(page: Page) -> None:
    expect(page.get_by_label("Bonne")).to_be_checked()
    expect(page.get_by_role("textbox", name="Notre priorité")).to_have_value("Montrer la carte\nà trois organismes")
    expect(page.get_by_role("textbox", name="Les hauts et les bas")).to_have_value("Des hauts")


def sign_in_from_here(site: LiveSite, page: Page) -> None:
    """Ask for a link on this page, open it in the same tab, press the button."""
    page.get_by_label("Adresse électronique").fill(ADDRESS)
    page.get_by_role("button", name="M’envoyer un lien de connexion").click()
    expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()
    page.goto(link_in(site.deliver()[0], "/sign-in/"))
    page.get_by_role("button", name="Se connecter").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_session_lost_while_writing(live_site: LiveSite, open_page: Any, eig: Membership, scripts: bool) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    live_site.sign_in(page, eig)
    type_bulletin(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Envoyer le bulletin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre session a pris fin ; votre texte est conservé")
    expect(page.get_by_text("à trois organismes")).to_be_visible()
    if scripts:
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    sign_in_from_here(live_site, page)
    expect_bulletin(page)
    expect(page.get_by_text(BACK)).to_be_visible()
    page.get_by_role("button", name="Envoyer le bulletin").click()
    expect(page.get_by_role("heading", name="Merci, votre bulletin est envoyé")).to_be_visible()
    page.goto(f"{BULLETIN}/2019-W10")
    expect(page.get_by_text(BACK)).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_other_language(live_site: LiveSite, open_page: Any, eig: Membership, scripts: bool) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    live_site.sign_in(page, eig)
    type_bulletin(page)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("button", name="Français")).to_be_visible()
    expect(page.get_by_role("textbox", name="Our priority")).to_have_value("Montrer la carte\nà trois organismes")
    page.get_by_text("Add a date").click()
    page.get_by_role("textbox", name="What happens that day").press("Enter")  # sends, and changes no language
    expect(page.get_by_role("heading", name="Thank you, your bulletin has been sent")).to_be_visible()


def test_a_tab_that_was_closed(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    type_bulletin(page)
    context: BrowserContext = page.context
    page.close()
    page = context.new_page()
    page.goto("/")
    expect_bulletin(page)
    expect(page.get_by_text(BACK)).to_be_visible()
    expect(page.locator("#priorities-count")).to_contain_text("35 / 300")
    assert_accessible(page)
    page.get_by_role("button", name="Abandonner ce texte").click()
    expect(page.get_by_role("textbox", name="Notre priorité")).to_have_value("")
    page.reload()
    expect(page.get_by_text(BACK)).to_have_count(0)


def test_a_text_that_was_sent_comes_back_no_more(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    page.goto(CONFIDENTIAL)
    page.get_by_role("textbox").fill("J’aimerais en parler")
    page.get_by_role("button", name="Confier à la coordination").click()
    expect(page.get_by_role("status").first).to_contain_text("coordination")
    expect(page.get_by_role("textbox")).to_have_value("")
    assert everything_stored(page) == ""


def test_signing_out_leaves_nothing_behind(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    type_bulletin(page)
    page.goto(CONFIDENTIAL)
    page.get_by_role("textbox").fill("J’aimerais en parler")
    assert "Montrer la carte" in everything_stored(page)
    assert "parler" in everything_stored(page)
    assert "parler" not in page.evaluate("JSON.stringify(localStorage)"), "a confidential word goes with its tab"
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert everything_stored(page) == ""


def test_a_colleague_on_the_same_computer_sees_none_of_it(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    type_bulletin(page)
    with live_site.rows():
        colleague = make_member(eig.promotion, "eig", eig.team)
    live_site.sign_in(page, colleague)
    page.goto(BULLETIN)
    expect(page.get_by_role("textbox", name="Notre priorité")).to_have_value("")


def everything_stored(page: Page) -> str:
    """The drafts that the browser keeps, in this tab and beyond."""
    return str(page.evaluate("[localStorage, sessionStorage].flatMap((store) => Object.values(store)).join()"))
