"""An empty site beside a chat server, and what takes pictures of the steps."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app.job_process import make_scheduler
from tests.browser.live_site import LiveSite, running_site
from tests.browser.ten_months.months import DESK, PHONE, Months
from tests.channels.chat import load_apprise, running_chat


@pytest.fixture
def live_site(sqlite_template: Path, tmp_path: Path) -> Iterator[LiveSite]:
    """The site of the browser tests, whose settings name the chat server of our own network."""
    database = tmp_path / "bulletins.sqlite"
    shutil.copy(sqlite_template, database)
    with running_site(database, tmp_path / "letters", chat_hosts=frozenset({"127.0.0.1"})) as site:
        yield site


@pytest.fixture
def take_step() -> Callable[[Page, str], None]:
    """Saves the whole page, on a phone and on a desk, in the folder that `STEPS` names; without it, does nothing."""
    folder = os.environ.get("STEPS")

    def take(page: Page, name: str) -> None:
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.evaluate("scrollTo(0, 0)")  # what sticks to the screen stands where one finds it
        before = page.viewport_size
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True, animations="disabled")
        page.set_viewport_size(before)

    return take


@pytest.fixture
def months(
    live_site: LiveSite,
    open_page: Callable[..., Page],
    take_picture: Callable[[Page, str], None],
    take_step: Callable[[Page, str], None],
) -> Iterator[Months]:
    load_apprise()
    with running_chat() as chat:
        jobs = make_scheduler(live_site.app, lambda: False)
        yield Months(live_site, jobs, chat, open_page, take_picture, take_step)
