"""What to do stands first, on a phone too, whatever else waits; what is long has a way into it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.advice.models import Advice
from app.advice.rules import Occasion
from app.teams.models import Membership
from tests.browser.layout import top_of
from tests.browser.live_site import LiveSite
from tests.builders import (
    make_bulletin,
    make_digest,
    make_member,
    make_milestone,
    make_promotion,
    make_questionnaire,
    make_team,
    saved,
)

pytestmark = pytest.mark.long

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}
FIRST_FIELD_WITHIN = 640  # pixels, of a phone's 740
TABS = 8


@pytest.fixture
def eig(live_site: LiveSite) -> Membership:
    """An EIG on a Wednesday, for whom all waits that may: digests, a missed week, a record, a questionnaire, advice."""
    with live_site.rows():
        promotion = make_promotion()
        member = make_member(promotion, "eig", make_team(promotion, "Cartobio"))
        make_bulletin(member.team, "2019-W08")
        for number in range(15):
            make_bulletin(
                make_team(promotion, f"Défi {number:02}"), "2019-W08", ups_and_downs="Une longue semaine. " * 14
            )
        for week in ("2019-W07", "2019-W09"):
            make_digest(promotion, week)
        make_milestone(promotion)
        make_questionnaire([member])
        saved(Advice(promotion_id=promotion.id, text="Ouvrez votre code.", occasion=Occasion.WEEK, week=1))
    return member


def first_field(page: Page) -> Locator:
    return page.get_by_role("radio", name="Très difficile")


def test_the_first_field_is_within_the_first_screen_whatever_waits(
    live_site: LiveSite, open_page: Any, eig: Membership
) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    page.goto("/")
    for waiting in ("récapitulatifs à lire", "Il manque un bulletin", "Mi", "Un questionnaire vous attend", "Conseils"):
        expect(page.get_by_text(waiting).first).to_be_attached()
    assert page.locator("details[open]").count() == 0
    assert top_of(first_field(page)) <= FIRST_FIELD_WITHIN
    keys = 0
    for key in ("Tab", "Tab", "Enter", *["Tab"] * (TABS - 3)):  # the second link to skip by leads to the form
        page.keyboard.press(key)
        keys += 1
        if page.evaluate("document.activeElement.name") == "mood":
            break
    assert page.evaluate("document.activeElement.name") == "mood", f"not reached by {keys} keys"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_once_sent_the_form_is_folded_until_it_is_asked_for(
    live_site: LiveSite, open_page: Any, eig: Membership, scripts: bool
) -> None:
    with live_site.rows():
        make_bulletin(eig.team, "2019-W10", help="Qui relit ?")
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    live_site.sign_in(page, eig)
    page.goto("/")
    expect(page.get_by_text("Envoyé mercredi à 10 h, modifiable jusqu’à vendredi à 15 h")).to_be_visible()
    priority = page.get_by_role("textbox", name="Notre priorité")
    expect(priority).to_be_hidden()
    page.locator(".bl-sent > summary").focus()
    page.keyboard.press("Enter")
    expect(priority).to_be_visible()
    expect(page.get_by_role("textbox", name="Demande d’aide")).to_have_value("Qui relit ?")
    expect(page.get_by_label("Date clé")).to_be_hidden()
    page.get_by_text("Ajouter une date").click()
    expect(page.get_by_label("Date clé")).to_be_visible()


def test_a_draft_that_comes_back_unfolds_what_it_fills(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    page.goto("/")
    page.get_by_text("Demander de l’aide").click()
    page.get_by_role("textbox", name="Demande d’aide").fill("Qui relit ?")
    page.goto("/promotion-3/teams")
    page.goto("/")
    expect(page.get_by_role("textbox", name="Demande d’aide")).to_have_value("Qui relit ?")
    expect(page.get_by_role("textbox", name="Demande d’aide")).to_be_visible()
    expect(page.get_by_label("Date clé")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_long_week_has_a_menu_on_a_phone(live_site: LiveSite, open_page: Any, eig: Membership, scripts: bool) -> None:
    with live_site.rows():
        make_digest(eig.promotion, "2019-W08")
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    live_site.sign_in(page, eig)
    page.goto("/promotion-3/weeks/2019-W08")
    link = page.get_by_role("navigation", name="Aller à un défi").get_by_role("link", name="Défi 12")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Aller à un défi").click()
    link.click()
    expect(page).to_have_url(f"{live_site.url}/promotion-3/weeks/2019-W08#defi-12")
    if scripts:
        expect(link).to_be_hidden()
    expect(page.get_by_role("heading", name="Défi 12")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Aller à un défi")).to_be_in_viewport()


def test_on_a_desktop_the_list_stays_beside(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    with live_site.rows():
        make_digest(eig.promotion, "2019-W08")
    page = open_page(viewport=LAPTOP)
    live_site.sign_in(page, eig)
    page.goto("/promotion-3/weeks/2019-W08")
    expect(page.get_by_role("button", name="Aller à un défi")).to_be_hidden()
    link = page.get_by_role("navigation", name="Aller à un défi").get_by_role("link", name="Défi 14")
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    expect(link).to_be_in_viewport()
    link.click()
    expect(page.get_by_role("heading", name="Défi 14")).to_be_in_viewport()
