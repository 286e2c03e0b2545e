"""What each role comes for works on a small phone, by the keyboard alone, in each theme."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.teams.models import Membership
from tests.browser.live_site import LiveSite, running_site
from tests.builders import make_bulletin, make_digest, make_member, make_promotion, make_team
from tests.fixtures.needs import state_design

pytestmark = pytest.mark.long

PHONE = {"width": 360, "height": 740}
TABS = 60  # more than any of these pages has
OUTLINE = "element => getComputedStyle(element).outlineStyle"


@pytest.fixture(scope="module", params=["neutral", "dsfr"])
def live_site(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveSite]:
    """The site in one theme, for all journeys: none needs what another does."""
    if request.param == "dsfr":
        assert state_design()
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(sqlite_template, folder / "bulletins.sqlite")
    with running_site(folder / "bulletins.sqlite", folder / "letters", theme=request.param) as site:
        yield site


@pytest.fixture(scope="module")
def members(live_site: LiveSite) -> dict[str, Membership]:
    """One of each role, on the Wednesday after a digest, when one team has written."""
    with live_site.rows():
        promotion = make_promotion()
        jachere, brancard, semis = (make_team(promotion, name) for name in ("Jachère", "Brancard", "Semis"))
        make_member(promotion, "eig", semis)
        members = {
            "eig": make_member(promotion, "eig", jachere),
            "mentor": make_member(promotion, "mentor", brancard),
            "coordinator": make_member(promotion, "coordinator"),
            "eig of no team": make_member(promotion, "eig"),
            "alumni": make_member(promotion, "alumni"),
        }
        make_bulletin(jachere, "2019-W09", priorities="Semer avant la pluie")
        make_digest(promotion, "2019-W09")
        make_bulletin(brancard, "2019-W10", priorities="Suivre les brancards")
    return members


@pytest.fixture
def visit(live_site: LiveSite, open_page: Any, members: dict[str, Membership]) -> Any:
    """Opens the home of one of the members on a phone; None is a visitor."""

    def visit_as(role: str | None) -> Page:
        page: Page = open_page(viewport=PHONE)
        if role:
            live_site.sign_in(page, members[role])
        page.goto("/")
        return page

    return visit_as


def tab_to(target: Locator) -> None:
    """Press Tab until `target` has the focus, and see that it shows."""
    page = target.page
    for _tab in range(TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            assert target.evaluate(OUTLINE) != "none"
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def press(target: Locator) -> None:
    """Go to `target` by Tab, and press Enter."""
    tab_to(target)
    target.page.keyboard.press("Enter")


def assert_fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_an_eig_writes(visit: Any) -> None:
    page = visit("eig")
    press(page.get_by_role("link", name="Aller au formulaire"))
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Mitigée")).to_be_checked()
    tab_to(page.get_by_role("textbox", name="Notre priorité"))
    page.keyboard.type("Labourer")
    tab_to(page.get_by_role("textbox", name="Les hauts et les bas"))
    page.keyboard.type("Il pleut.")
    press(page.get_by_role("button", name="Envoyer le bulletin"))
    expect(page.get_by_role("heading", name="Merci, votre bulletin est envoyé")).to_be_visible()
    assert_fits(page)


def test_a_mentor_sees_whether_their_team_has_written_and_reads(visit: Any) -> None:
    page = visit("mentor")
    press(page.get_by_role("link", name="Le lire"))
    expect(page.get_by_text("Suivre les brancards")).to_be_visible()
    assert_fits(page)
    page.go_back()
    press(page.get_by_role("button", name="J’ai lu"))
    expect(page.get_by_text("ce récapitulatif compte désormais comme lu").first).to_be_visible()


def test_a_coordinator_reminds_and_introduces(visit: Any) -> None:
    page = visit("coordinator")
    press(page.get_by_role("button", name="Relancer — Semis"))
    expect(page.get_by_role("status").filter(has_text="rappel").first).to_be_visible()
    tab_to(page.get_by_role("textbox", name="En tête du récapitulatif"))
    page.keyboard.type("Bonne fin de semaine.")
    press(page.get_by_role("button", name="Enregistrer"))
    expect(page.get_by_text("Le mot de la coordination est enregistré.").first).to_be_visible()
    assert_fits(page)


def test_an_eig_of_no_team_reads(visit: Any) -> None:
    page = visit("eig of no team")
    press(page.get_by_role("link", name="Semaine du 25 février au 1er mars"))
    expect(page.get_by_role("heading", name="Récapitulatif de la semaine du 25 février au 1er mars")).to_be_visible()
    assert_fits(page)
    press(page.get_by_role("button", name="J’ai lu").first)
    expect(page.get_by_text("Vous avez lu ce récapitulatif.").first).to_be_visible()


def test_alumni_search(visit: Any) -> None:
    page = visit("alumni")
    press(page.get_by_role("button", name="Menu"))
    press(page.get_by_role("link", name="Rechercher"))
    tab_to(page.get_by_role("searchbox"))
    page.keyboard.type("pluie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_text("Semer avant la pluie")).to_be_visible()
    assert_fits(page)


def test_a_visitor_sees_a_digest_and_asks_for_a_link(visit: Any) -> None:
    page = visit(None)
    assert_fits(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    tab_to(page.get_by_label("Adresse électronique"))
    page.keyboard.type("quelqu.un@ministere.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Consultez votre messagerie")).to_be_visible()
    page.goto("/promotion-3/digests/2019-W09")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
