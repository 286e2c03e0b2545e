"""A newcomer's way in: ask for a link, read the letter in the development mailbox, open the link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.live_site import LiveSite
from tests.builders import make_member, make_promotion, make_team

ADDRESS = "camille@cartobio.example"


@pytest.fixture
def letter_page(live_site: LiveSite, page: Page) -> Page:
    """The page of the letter that a member of a promotion has just asked for."""
    with live_site.rows():
        promotion = make_promotion()
        make_member(promotion, "eig", make_team(promotion, "Cartobio"), ADDRESS)
    page.goto("/sign-in")
    page.locator("input[name=email]").fill(ADDRESS)
    page.locator("input[name=email]").press("Enter")
    expect(page).to_have_url(re.compile("/sign-in/sent$"))
    live_site.deliver()
    page.goto("/mailbox")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"\.eml$"))
    return page


def test_the_button_of_the_letter_leads_to_the_site(letter_page: Page) -> None:
    letter_page.frame_locator("iframe").get_by_role("link").first.click()
    expect(letter_page).to_have_url(re.compile("/sign-in/.+"))
    letter_page.get_by_role("main").get_by_role("button").click()
    expect(letter_page.get_by_role("banner")).to_contain_text("Promotion 3")


def test_the_links_of_the_letter_are_listed_under_it_and_told_in_its_text_part(letter_page: Page) -> None:
    link = letter_page.get_by_role("main").get_by_role("link", name="/sign-in/")
    expect(letter_page.locator("pre").first).to_contain_text(link.inner_text())
    link.press("Enter")
    expect(letter_page).to_have_url(re.compile("/sign-in/.+"))


def test_the_headers_are_those_received(letter_page: Page) -> None:
    headers = letter_page.locator("pre").last
    expect(headers).to_contain_text("Return-Path: <")
    expect(headers).to_contain_text(f"Delivered-To: {ADDRESS}")
    expect(headers).to_contain_text("Message-ID: <")


@pytest.mark.long
def test_the_pages_of_the_mailbox_are_accessible(letter_page: Page) -> None:
    for scheme in ("light", "dark"):
        letter_page.emulate_media(color_scheme=scheme)
        assert_accessible(letter_page)
    letter_page.goto("/mailbox")
    assert_accessible(letter_page)


def test_the_mailbox_can_be_read_on_a_small_phone(letter_page: Page) -> None:
    letter_page.set_viewport_size({"width": 320, "height": 640})
    assert letter_page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_is_no_wider_while_its_own_style_sheet_is_awaited(letter_page: Page) -> None:
    """A browser lays out with what has come: the frame of the letter is then as wide as frames are by themselves."""
    letter_page.set_viewport_size({"width": 320, "height": 640})
    letter_page.route("**/mailbox*.css*", lambda route: route.fulfill(body="", content_type="text/css"))
    letter_page.reload()
    assert letter_page.locator("iframe").evaluate("frame => getComputedStyle(frame).borderStyle") == "inset"
    assert letter_page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_empty_mailbox_is_accessible_in_english(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    page.goto("/mailbox")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mailbox")
    assert_accessible(page)
