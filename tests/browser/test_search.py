"""Searching in a browser: what was written before appears under a request for help that is being typed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.live_site import LiveSite
from tests.search.test_similar import eig_of_jachere, past_calls


@pytest.mark.long
def test_it_appears_while_a_call_is_typed_and_without_scripts_a_link_leads_to_the_search(
    live_site: LiveSite, open_page: OpenPage
) -> None:
    with live_site.rows():
        promotion = past_calls()
        member = eig_of_jachere(promotion)
    page = open_page()
    live_site.sign_in(page, member)
    page.goto("/promotion-3/bulletin")
    page.get_by_text("Demander de l’aide").click()
    call = page.get_by_role("textbox", name="Demande d’aide")
    call.fill("Besoin d’Elasticsearch")
    expect(page.locator("#similar")).to_contain_text("Brancard, semaine du 21 au 25 janvier")
    expect(page.locator("#similar mark").first).to_have_text("Elasticsearch")
    call.fill("")
    expect(page.locator("#similar")).to_be_empty()
    plain = open_page(java_script_enabled=False)
    live_site.sign_in(plain, member)
    plain.goto("/promotion-3/bulletin")
    plain.get_by_text("Demander de l’aide").click()
    assert (
        plain.get_by_role("link", name="Chercher dans ce qui a été écrit").get_attribute("href")
        == "/promotion-3/search"
    )
