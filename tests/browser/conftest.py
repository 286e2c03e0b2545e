"""A real site, and real pages of Debian's Chromium to visit it with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.live_site import LiveSite, running_site
from tests.browser.looked_at import members
from tests.browser.watching import Watcher
from tests.fixtures.needs import lacking

__all__ = ["members"]

NAMES = ("chromium", "chromium-browser", "google-chrome")
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium: the one that `CHROMIUM` names, or the first found."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not path:
        lacking("no Chromium on this machine: install it, or name it with CHROMIUM")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {**browser_type_launch_args, "executable_path": path, "args": ["--no-sandbox"] if root else []}


@pytest.fixture
def live_site(sqlite_template: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """The site on loopback, with an SQLite database and a mailbox of its own."""
    database = tmp_path / "bulletins.sqlite"
    shutil.copy(sqlite_template, database)
    with running_site(database, tmp_path / "letters") as site:
        yield site


@pytest.fixture
def open_page(new_context: Callable[..., Any], live_site: LiveSite) -> Iterator[OpenPage]:
    """Opens pages of visitors of their own, in French by default; takes Playwright's options of a context.

    For instance `open_page(java_script_enabled=False)`, `open_page(viewport={"width": 320, "height": 640})`,
    `open_page(locale="en-GB")`. At the end no page may have complained, or asked another host for anything.
    """
    watcher = Watcher(live_site.url)

    def open_one(**options: Any) -> Page:
        context = new_context(**{"base_url": live_site.url, "locale": "fr-FR", "timezone_id": "Europe/Paris"} | options)
        context.set_default_timeout(30_000)  # milliseconds; for a busy machine
        context.set_default_navigation_timeout(40_000)  # a new site compiles its first pages; a busy machine takes long
        page: Page = context.new_page()
        watcher.watch(page)
        return page

    yield open_one
    assert watcher.complaints == []


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page of one visitor who is not signed in."""
    return open_page()


@pytest.fixture
def take_picture() -> Callable[[Page, str], None]:
    """Saves what a page shows as `<name>.png` in the folder that `PICTURES` names; without it, does nothing."""
    folder = os.environ.get("PICTURES")

    def take(page: Page, name: str) -> None:
        if folder:
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")

    return take
