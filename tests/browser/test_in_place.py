"""What a button says stands where the finger was; help is offered beside the call it answers."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.readership.auto_marking import choose
from app.readership.consent import Choice, ConsentPlace
from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.layout import top_of
from tests.browser.live_site import LiveSite, link_in
from tests.builders import make_bulletin, make_member, make_promotion, make_team

PHONE = {"width": 360, "height": 740}
DIGEST = "/promotion-3/digests/2019-W10"
ADDRESS = "eig1@cartobio.example"


@pytest.fixture
def eig(live_site: LiveSite) -> Membership:
    """A reader on the Monday after a digest of sixteen teams, three of which call for help."""
    with live_site.rows():
        promotion = make_promotion()
        member = make_member(promotion, "eig", make_team(promotion, "CartoBio"), ADDRESS)
        for number in range(15):
            call = f"Qui nous aide, {number} ?" if number < 3 else ""
            text = "Une longue semaine de travail. " * 9
            make_bulletin(make_team(promotion, f"Défi {number}"), "2019-W10", help=call, ups_and_downs=text)
    live_site.at("2019-03-08T14:06:00+00:00")
    live_site.run("digest", "issue", "--week", "2019-W10")
    live_site.at("2019-03-11T09:00:00+00:00")
    return member


def assert_answered_in_place(page: Page, button: Locator, answer: Locator) -> None:
    button.scroll_into_view_if_needed()
    before = top_of(button)
    button.click()
    expect(answer).to_be_visible()
    page.wait_for_function("sessionStorage.length === 0")
    assert abs(top_of(answer) - before) < 60, "the answer stands where the finger was"


@pytest.mark.parametrize("from_letter", [False, True], ids=["signed in", "from the letter"])
def test_i_have_read_it_at_the_foot_stays_at_the_foot(
    live_site: LiveSite, open_page: Any, eig: Membership, from_letter: bool
) -> None:
    page = open_page(viewport=PHONE)
    open_digest(live_site, page, eig, from_letter)
    foot = page.locator("#read-end")
    assert page.evaluate("document.documentElement.scrollHeight") > 5 * PHONE["height"]
    assert_answered_in_place(page, foot.get_by_role("button"), foot.get_by_text("Vous avez lu ce récapitulatif."))
    assert page.evaluate("document.activeElement.id") == "read-end"
    assert_accessible(page)


def test_without_scripts_the_anchor_leads_to_the_foot(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
    open_digest(live_site, page, eig, False)
    page.locator("#read-end").get_by_role("button").click()
    page.wait_for_url("**#read-end")
    expect(page.locator("#read-end").get_by_text("Vous avez lu ce récapitulatif.")).to_be_in_viewport()


@pytest.mark.parametrize("path", ["/", DIGEST])
def test_the_choice_about_automatic_marking_is_acknowledged_in_place(
    live_site: LiveSite, open_page: Any, eig: Membership, path: str
) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    page.goto(path)
    place = page.locator("#automatic-marking")
    place.get_by_role("checkbox").check()
    button = place.get_by_role("button", name="Enregistrer mon choix")
    button.scroll_into_view_if_needed()
    before = top_of(button)
    button.click()
    said = place.get_by_text("Votre choix est enregistré : les récapitulatifs que vous lisez sont")
    expect(said).to_be_in_viewport()
    page.wait_for_function("sessionStorage.length === 0")
    assert abs(top_of(place) - before) < PHONE["height"] / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_switching_it_off_is_acknowledged_too(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    from app.clock import now

    with live_site.rows():
        choose(eig, Choice.GRANTED, ConsentPlace.ME, now())
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    page.goto("/me")
    place = page.locator("#automatic-marking")
    place.get_by_role("button").click()
    expect(place.get_by_text("rien n’est noté automatiquement")).to_be_in_viewport()


@pytest.mark.parametrize("from_letter", [False, True], ids=["signed in", "from the letter"])
def test_help_is_offered_beside_each_call_told_once(
    live_site: LiveSite, open_page: Any, eig: Membership, from_letter: bool
) -> None:
    page = open_page(viewport=PHONE)
    open_digest(live_site, page, eig, from_letter)
    for number in range(3):
        call = page.get_by_text(f"Qui nous aide, {number} ?")
        expect(call).to_have_count(1)
        button = page.locator(".bl-call").filter(has=call).get_by_role("link", name="Je peux aider")
        assert 0 < top_of(button) - top_of(call) < 120
    assert_accessible(page)


def test_an_offer_comes_back_to_its_call(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE)
    open_digest(live_site, page, eig, False)
    page.get_by_role("link", name="Je peux aider").last.click()
    page.get_by_role("textbox").fill("Moi, lundi.")
    page.get_by_role("button", name="Envoyer ma proposition").click()
    expect(page.get_by_text("Vous leur avez écrit : « Moi, lundi. »")).to_be_in_viewport()


def test_marking_on_a_receipt_stays_on_the_receipt(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    with live_site.rows():
        make_bulletin(eig.team, "2019-W11")
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    page.goto("/promotion-3/bulletin/2019-W11/receipt")
    page.get_by_role("button", name="J’ai lu").click()
    page.wait_for_url("**/receipt#unread")
    expect(page.get_by_text("Merci : ce récapitulatif compte")).to_be_in_viewport()


def open_digest(site: LiveSite, page: Page, member: Membership, from_letter: bool) -> None:
    if from_letter:
        letter = next(one for one in site.deliver() if ADDRESS in one.to)
        page.goto(link_in(letter, "reader="))
    else:
        site.sign_in(page, member)
        page.goto(DIGEST)
