"""The head of a page is one line on a phone, its menu works without scripts, its form is near, nothing is heavy."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.live_site import LiveSite
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.test_compression import TRANSFERRED

PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
FOCUSED = "document.activeElement.name || document.activeElement.textContent.trim()"
TABS = 8


@pytest.fixture
def eig(live_site: LiveSite) -> Membership:
    """An EIG with digests to read, whose team has not written this week."""
    with live_site.rows():
        promotion = make_promotion(name="Promotion 3 des entrepreneurs d’intérêt général")
        team = make_team(promotion, "CartoBio")
        member = make_member(promotion, "eig", team, coordinates=True)
        for week in ("2019-W08", "2019-W09"):
            make_bulletin(team, week, help="Un hébergeur ?")
    for week, friday in (("2019-W08", "2019-02-22"), ("2019-W09", "2019-03-01")):
        live_site.at(f"{friday}T14:06:00+00:00")
        live_site.run("digest", "issue", "--week", week)
    live_site.at("2019-03-07T10:00:00+00:00")
    return member


def test_the_head_is_one_line_and_the_form_is_near(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=PHONE)
    live_site.sign_in(page, eig)
    weights: dict[str, float] = {}
    page.on("requestfinished", lambda request: weights.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto("/")
    assert page.locator("header").evaluate("header => header.offsetHeight") <= 64
    assert page.locator("main :is(input, textarea):visible").first.bounding_box()["y"] <= 640
    page.wait_for_load_state("networkidle")
    assert len(weights) > 5
    assert {url: size for url, size in weights.items() if size > TRANSFERRED} == {}
    on_the_way = []
    while len(on_the_way) < TABS and "mood" not in on_the_way:
        page.keyboard.press("Tab")
        on_the_way.append(page.evaluate(FOCUSED))
        if on_the_way[-1] == "Aller au formulaire":
            page.keyboard.press("Enter")
    assert on_the_way[-1] == "mood"


@pytest.mark.long
@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_menu_opens_with_the_keyboard_alone(
    live_site: LiveSite, open_page: Any, eig: Membership, scripts: bool
) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=scripts)
    live_site.sign_in(page, eig)
    page.goto("/promotion-3/help")
    teams = page.get_by_role("link", name="Défis", exact=True)
    expect(teams).to_be_hidden()
    menu = page.get_by_role("button", name="Menu")
    menu.press("Enter")
    expect(teams).to_be_visible()
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    if scripts:
        assert_accessible(page)
    page.keyboard.press("Escape")
    expect(teams).to_be_hidden()
    menu.press("Enter")
    teams.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Défis")).to_be_visible()


@pytest.mark.long
def test_a_page_twice_as_large_is_no_wider(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    """200 % on a laptop of 1,280 px is what a window of 640 px shows."""
    page = open_page(viewport={"width": 640, "height": 400}, device_scale_factor=2)
    live_site.sign_in(page, eig)
    for path in ("/", "/promotion-3/digests/2019-W09", "/promotion-3/engagement", "/promotion-3/manage/", "/me"):
        assert page.goto(path).status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path


@pytest.mark.long
def test_on_paper_there_is_no_menu_and_no_button(live_site: LiveSite, open_page: Any, eig: Membership) -> None:
    page = open_page(viewport=DESKTOP)
    live_site.sign_in(page, eig)
    page.goto("/promotion-3/digests/2019-W09")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Menu principal")).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert drawn_face(page) == "Bulletins Sans"


def drawn_face(page: Page) -> str:
    """The name of the face with which the browser draws the page's title."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    title = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": title})["fonts"]
    return str(max(fonts, key=lambda font: font["glyphCount"])["familyName"])
