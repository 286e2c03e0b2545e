"""The engagement page in a browser: accessible, whole on a phone, on paper one page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Page

from app.bulletins.models import Bulletin
from app.bulletins.moods import Mood
from app.database import db
from app.teams.models import Membership
from app.weeks import Week, weeks_between
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.live_site import LiveSite
from tests.builders import LONG_AGO, make_digest, make_member, make_promotion, make_read_mark, make_team

PAGE = "/promotion-3/engagement"
SMALLEST_TEXT = 13  # pixels, as the charts are drawn
TEAMS, WEEKS = 16, weeks_between(Week.parse("2019-W02"), Week.parse("2019-W45"))


@pytest.fixture
def coordinator(live_site: LiveSite) -> Membership:
    """The coordinator of a whole promotion at its end: 16 teams, 44 weeks, 32 EIGs."""
    live_site.at("2019-11-08T16:00:00+00:00")
    with live_site.rows():
        promotion = make_promotion()
        teams = [make_team(promotion, f"Défi au nom assez long {number}") for number in range(TEAMS)]
        eigs = [make_member(promotion, "eig", team) for team in teams for _ in range(2)]
        coordinator = make_member(promotion, "coordinator")
        db.session.add_all(_bulletin(t.id, week, number) for week in WEEKS for number, t in enumerate(teams))
        for month in range(1, 11):
            digest = make_digest(promotion, Week.of(date(2019, month, 13)))
            for eig in eigs[: 18 + month]:
                make_read_mark(digest, eig)
        return coordinator


def _bulletin(team_id: int, week: Week, number: int) -> Bulletin:
    texts = dict.fromkeys(("priorities", "ups_and_downs", "priorities_html", "ups_and_downs_html"), "Rien.")
    mood = list(Mood)[(number + week.number) % 4]
    return Bulletin(team_id=team_id, week=week, mood=mood, created_at=LONG_AGO, updated_at=LONG_AGO, **texts)


def opened(page: Page, site: LiveSite, member: Membership) -> Page:
    """The page, with all its charts."""
    site.sign_in(page, member)
    page.goto(PAGE)
    page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")
    return page


@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_the_page_is_accessible(open_page: OpenPage, live_site: LiveSite, coordinator: Membership, locale: str) -> None:
    page = opened(open_page(locale=locale), live_site, coordinator)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)


def test_a_member_page_is_accessible(page: Page, live_site: LiveSite, coordinator: Membership) -> None:
    with live_site.rows():
        eig = make_member(coordinator.promotion, "eig")
    assert_accessible(opened(page, live_site, eig))


def test_it_prints_on_one_page(page: Page, live_site: LiveSite, coordinator: Membership) -> None:
    pdf = opened(page, live_site, coordinator).pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1


def test_the_essentials_are_on_a_laptop_screen(
    open_page: OpenPage, live_site: LiveSite, coordinator: Membership
) -> None:
    page = opened(open_page(viewport={"width": 1366, "height": 768}), live_site, coordinator)
    for essential in (page.get_by_text("16 sur 16"), page.locator("img[src*='reading.svg']")):
        box = essential.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


def test_on_a_phone_the_page_keeps_its_width_and_the_last_week_is_seen(
    open_page: OpenPage, live_site: LiveSite, coordinator: Membership
) -> None:
    page = opened(open_page(viewport={"width": 320, "height": 640}), live_site, coordinator)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    box = page.locator(".bl-grid thead th").last.bounding_box()
    assert box
    assert box["x"] + box["width"] <= 320


@pytest.mark.parametrize("width", [360, 1366])
def test_the_text_of_charts_is_readable_at_any_width(
    open_page: OpenPage, live_site: LiveSite, coordinator: Membership, width: int
) -> None:
    page = opened(open_page(viewport={"width": width, "height": 740}), live_site, coordinator)
    images = page.locator(".bl-chart img").all()
    assert images
    for image in images:
        shown, drawn = image.evaluate("image => [image.clientWidth, image.naturalWidth]")
        assert SMALLEST_TEXT * shown / drawn >= 11, image.get_attribute("src")
