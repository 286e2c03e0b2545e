"""Signing in through an identity provider and out again, in a real browser: its content policy is no test's own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from config_oidc import OidcSettings
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import OpenPage
from tests.browser.live_site import LiveSite, running_site
from tests.browser.watching import Watcher
from tests.builders import make_member, make_promotion, make_team
from tests.identity.provider import CLIENT, SECRET, OidcProvider, running_provider

pytestmark = pytest.mark.long
NOUR = "nour.haddad@brancard.example"


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def live_site(sqlite_template: Path, tmp_path: Path, provider: OidcProvider) -> Iterator[LiveSite]:
    """The site, with the provider; nobody is found by address."""
    database = tmp_path / "bulletins.sqlite"
    shutil.copy(sqlite_template, database)
    oidc = OidcSettings(issuer=provider.url, client_id=CLIENT, client_secret=SECRET, name="ProConnect")
    with running_site(database, tmp_path / "letters", oidc=oidc) as site:
        yield site


@pytest.fixture
def open_page(new_context: Callable[..., Any], live_site: LiveSite, provider: OidcProvider) -> Iterator[OpenPage]:
    """Opens pages that may go to the provider, and nowhere else."""
    watcher = Watcher(live_site.url)

    def open_one(**options: Any) -> Page:
        page: Page = new_context(base_url=live_site.url, locale="fr-FR", **options).new_page()
        page.set_default_timeout(30_000)
        watcher.watch(page)
        return page

    yield open_one
    assert [complaint for complaint in watcher.complaints if provider.url not in complaint] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_an_identity_is_linked_signs_in_and_out_with_and_without_scripts(
    live_site: LiveSite, open_page: OpenPage, provider: OidcProvider, *, scripts: bool
) -> None:
    with live_site.rows():
        promotion = make_promotion()
        nour = make_member(promotion, team=make_team(promotion, "Brancard"), email=NOUR, name="Nour Haddad")
    page: Page = open_page(java_script_enabled=scripts)
    page.goto("/sign-in")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aucun compte n’est associé à cette identité")
    if scripts:  # axe is one
        assert_accessible(page)
    live_site.sign_in(page, nour)
    page.goto("/me")
    page.get_by_role("button", name="Associer une identité ProConnect").click()
    expect(page.get_by_text("Cette identité est associée")).to_be_visible()
    if scripts:
        assert_accessible(page)
        page.goto("/oidc/level")
        assert_accessible(page)
    page.context.clear_cookies()
    for _number in range(2):
        page.goto("/sign-in?next=/promotion-3/teams")
        page.get_by_role("link", name="Se connecter avec ProConnect").click()
        expect(page).to_have_url(f"{live_site.url}/promotion-3/teams")
        page.locator("form[action='/sign-out'] button").dispatch_event("click")
        expect(page.get_by_text("Votre session est fermée ici et auprès de ProConnect")).to_be_visible()
    assert [asked["id_token_hint"].count(".") for asked in provider.asked("/session/end")] == [2, 2]
