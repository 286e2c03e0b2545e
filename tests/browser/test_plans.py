"""The plan of a team in a browser: accessible, filled in without scripts, whole on a phone, on paper one sheet."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from playwright.sync_api import Page

from app.plans.queries import find_plan
from app.plans.rules import LINE_LIMIT
from app.teams.models import Membership, Team
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.live_site import LiveSite
from tests.builders import make_member, make_promotion, make_team
from tests.plans.written import brimful_plan, full_plan

PLAN = "/promotion-3/teams/jachere/plan"
A4_LANDSCAPE = (842, 595)  # points


def member_with(site: LiveSite, write: Callable[[Team], None]) -> Membership:
    """An EIG of a team whose plan has been written."""
    with site.rows():
        team = make_team(make_promotion(), "Jachère")
        write(team)
        return make_member(team.promotion, "eig", team)  # made last: what was loaded before is read anew


def opened(page: Page, site: LiveSite, member: Membership, path: str = PLAN) -> Page:
    site.sign_in(page, member)
    page.goto(path)
    return page


@pytest.mark.parametrize(
    ("write", "locale", "smallest"),
    [(full_plan, "fr-FR", 11.0), pytest.param(brimful_plan, "en-GB", 6.6, marks=pytest.mark.long)],
)
def test_it_prints_on_one_sheet_and_can_be_read(
    open_page: OpenPage, live_site: LiveSite, write: Callable[[Team], None], locale: str, smallest: float
) -> None:
    page = opened(open_page(locale=locale), live_site, member_with(live_site, write))
    with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as pdf:
        assert len(pdf.pages) == 1
        assert tuple(round(float(side)) for side in pdf.pages[0].mediabox[2:]) == A4_LANDSCAPE
    page.emulate_media(media="print")
    texts = page.locator(".bl-need, .bl-action, .bl-plan__vision p").all()
    sizes = {float(text.evaluate("text => parseFloat(getComputedStyle(text).fontSize)")) for text in texts}
    assert min(sizes) >= smallest  # CSS pixels: of 96 to the inch, as print
    assert all(text.is_visible() for text in texts)


@pytest.mark.long
def test_every_page_of_it_is_accessible(open_page: OpenPage, live_site: LiveSite) -> None:
    member = member_with(live_site, full_plan)
    page = open_page(viewport={"width": 1366, "height": 768})
    for path in (PLAN, f"{PLAN}/needs/new?scenario=1", f"{PLAN}/scenarios/1"):
        opened(page, live_site, member, path)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert_accessible(page)
    tops = page.goto(PLAN) and page.locator(".bl-scenario__theme:nth-child(3)").all()
    assert len({round((top.bounding_box() or {"y": 0})["y"]) for top in tops or []}) == 1, "themes stand in step"


def test_on_a_phone_without_scripts_a_line_is_added_and_a_fault_is_told(
    open_page: OpenPage, live_site: LiveSite
) -> None:
    member = member_with(live_site, full_plan)
    page = open_page(java_script_enabled=False, viewport={"width": 360, "height": 740})
    opened(page, live_site, member)
    page.get_by_role("link", name="Ajouter — Juridique").first.click()
    page.get_by_text("Une difficulté", exact=True).click()
    page.get_by_label("En une ligne").fill("x" * (LINE_LIMIT + 1))
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert page.title().startswith("Erreur")
    page.get_by_label("En une ligne").fill("Le marché cadre ne le permet pas")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert page.locator(".bl-scenario").first.get_by_text("Le marché cadre ne le permet pas").is_visible()
    with live_site.rows():
        plan = find_plan(member.team) if member.team else None
        assert plan
        assert plan.scenarios[0].needs[-1].text == "Le marché cadre ne le permet pas"
    page = opened(open_page(viewport={"width": 320, "height": 640}), live_site, member)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
