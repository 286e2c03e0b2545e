"""Every page, looked at: `make pictures` saves what it shows. No test: its name keeps it out of every other run.

PICTURES names the folder. For each theme and language, each role and state: 360, 768 and 1,280 px wide, light and dark.
PAGES (a part of a path) keeps a run short.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from app.teams.models import Membership
from config_checks import find_dsfr
from tests.browser.live_site import LiveSite
from tests.browser.test_every_page import (
    FOR_COORDINATORS,
    FOR_MEMBERS,
    PUBLIC,
    members,  # noqa: F401 — a fixture
    trouble,
)
from tests.builders import make_member, make_promotion, make_team

WIDTHS, SCHEMES, LOCALES = {360: 740, 768: 1024, 1280: 800}, ("light", "dark"), ("fr-FR", "en-GB")
EMPTY = ("/", "/promotion-3/digests", "/promotion-3/teams", "/promotion-3/help", "/promotion-3/engagement", "/me")
FAULTY = {  # where a form is sent as it stands, empty
    "eig": ("/promotion-3/bulletin", "/promotion-3/confidential", "/promotion-3/help/2/offer", "/me/erase"),
    "coordinator": ("/promotion-3/advice", "/promotion-3/manage/records/new"),
}
FOLDER = Path(os.environ.get("PICTURES", "pictures"))
ONLY = os.environ.get("PAGES", "")


@pytest.fixture(params=["neutral", "dsfr"])
def theme(request: pytest.FixtureRequest, live_site: LiveSite) -> Iterator[str]:
    """The site in each of its themes."""
    name: str = request.param
    settings = live_site.app.config["SETTINGS"]
    if name == "dsfr":
        from app import dsfr

        assert find_dsfr(None), "install requirements-dsfr.txt"
        live_site.app.register_blueprint(dsfr.pages)
    live_site.app.config["SETTINGS"] = replace(settings, theme=name)
    yield name
    live_site.app.config["SETTINGS"] = settings


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("role", "paths"), [(None, PUBLIC), ("eig", FOR_MEMBERS), ("coordinator", FOR_COORDINATORS)])
def test_full(
    theme: str,
    live_site: LiveSite,
    open_page: Any,
    members: dict[str, Membership],  # noqa: F811
    locale: str,
    role: str | None,
    paths: tuple[str, ...],
) -> None:
    page = open_page(locale=locale)
    if role:
        live_site.sign_in(page, members[role])
    if role == "coordinator":
        with live_site.rows():
            trouble(members["coordinator"])
    for path in wanted(paths):
        page.goto(path)
        save(page, theme, locale, f"{role or 'visitor'}-{path}")
    for path in wanted(FAULTY.get(role or "", ())):
        page.goto(path)
        page.locator("main form[novalidate] button[type=submit]:not([formaction])").last.click()
        save(page, theme, locale, f"{role}-{path}-faults")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("role", ["eig", "coordinator"])
def test_empty(theme: str, live_site: LiveSite, open_page: Any, locale: str, role: str) -> None:
    with live_site.rows():
        promotion = make_promotion()
        team = make_team(promotion, "CartoBio") if role == "eig" else None
        member = make_member(promotion, role, team)
    page = open_page(locale=locale)
    live_site.sign_in(page, member)
    for path in wanted(EMPTY):
        page.goto(path)
        save(page, theme, locale, f"{role}-{path}-empty")


def wanted(paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if ONLY in path]


def save(page: Page, theme: str, locale: str, name: str) -> None:
    folder = FOLDER / theme / locale[:2]
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "_", name).strip("_")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True, animations="disabled")
