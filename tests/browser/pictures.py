"""Every page, looked at: `make pictures` saves what it shows. No test: its name keeps it out of every other run.

PICTURES names the folder. For each theme and language, each role and state: 360, 768 and 1,280 px wide, light and dark;
then on paper, and at 200 % of a laptop's 1,280 px. PAGES (a part of a path) keeps a run short.
`tests/look/sheets.py` puts the pictures of a width and scheme together.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from app.teams.models import Membership
from tests.browser.live_site import LiveSite
from tests.browser.looked_at import FOR_COORDINATORS, FOR_MEMBERS, ON_A_FRIDAY, PUBLIC, SENT_EMPTY, trouble
from tests.browser.states import (
    ERRORS,
    FAULTY,
    MOMENTS,
    MORE_ROOMS,
    act,
    allow_errors,
    dress_as_state,
    maintain,
    prepare_rooms,
    send_empty,
)
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.every_letter import send_every_letter

WIDTHS, SCHEMES, LOCALES = {360: 740, 768: 1024, 1280: 800}, ("light", "dark"), ("fr-FR", "en-GB")
ZOOMED = 640  # what a laptop's 1,280 px show at 200 %
EMPTY = (
    "/",
    "/promotion-3/digests",
    "/promotion-3/teams",
    "/promotion-3/help",
    "/promotion-3/dates",
    "/promotion-3/export",
    "/promotion-3/search?q=rien",
    "/promotion-3/engagement",
    "/promotion-3/retrospective",
    "/me",
)
PRINTED = (
    "/promotion-3/digests/2019-W10",
    "/promotion-3/weeks/2019-W10",
    "/promotion-3/teams/cartobio",
    "/promotion-3/dates",
)
FOR_MENTORS = ("/", "/me", "/promotion-3/help", "/promotion-3/teams/cartobio/plan")
FOLDER = Path(os.environ.get("PICTURES", "pictures"))
ONLY = os.environ.get("PAGES", "")
IMAGES_COME = "() => Promise.allSettled([...document.images].map((image) => image.decode()))"  # those of that width


@pytest.fixture(params=["neutral", "dsfr"])
def theme(request: pytest.FixtureRequest, live_site: LiveSite) -> str:
    """The site in each of its themes."""
    name: str = request.param
    if name == "dsfr":
        dress_as_state(live_site)
    return name


@pytest.fixture
def eig(members: dict[str, Membership]) -> Membership:
    return members["eig"]


@pytest.fixture
def mentor(live_site: LiveSite, eig: Membership) -> Membership:
    """Who accompanies the team of the EIG."""
    with live_site.rows():
        return make_member(eig.promotion, "mentor", eig.team, name="Corinne Delmas")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("role", "paths"), [(None, PUBLIC), ("eig", FOR_MEMBERS), ("coordinator", FOR_COORDINATORS)])
def test_full(
    theme: str,
    live_site: LiveSite,
    open_page: Any,
    members: dict[str, Membership],
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
        send_empty(page)
        save(page, theme, locale, f"{role}-{path}-faults")
    for path in wanted(PRINTED) if role == "eig" else ():
        page.goto(path)
        page.emulate_media(media="print", color_scheme="light")
        picture(page, theme, locale, f"{role}-{path}", 768, "paper")
        page.emulate_media(media="screen")
        picture(page, theme, locale, f"{role}-{path}", ZOOMED, "zoomed")


@pytest.mark.parametrize("locale", LOCALES)
def test_more(
    theme: str,
    live_site: LiveSite,
    open_page: Any,
    eig: Membership,
    mentor: Membership,
    locale: str,
) -> None:
    with live_site.rows():
        prepare_rooms(eig)
    page, other = open_page(locale=locale), open_page(locale=locale)
    live_site.sign_in(page, eig)
    live_site.sign_in(other, mentor)
    for visitor, role, paths in ((page, "eig", MORE_ROOMS), (other, "mentor", FOR_MENTORS)):
        for path in wanted(paths):
            visitor.goto(path)
            save(visitor, theme, locale, f"{role}-{path}-more")
    for name in act(live_site, page, eig) if wanted(("/act",)) else ():
        save(page, theme, locale, f"eig-{name}")


@pytest.mark.parametrize("locale", LOCALES)
def test_moments(
    theme: str,
    live_site: LiveSite,
    open_page: Any,
    eig: Membership,
    mentor: Membership,
    locale: str,
) -> None:
    page, other = open_page(locale=locale), open_page(locale=locale)
    for name, moment in MOMENTS.items() if wanted(("/",)) else ():
        live_site.at(moment.at)
        with live_site.rows():
            moment.prepare(eig)
        for visitor, member in ((page, eig), (other, mentor)):
            live_site.sign_in(visitor, member)
            visitor.goto("/")
            save(visitor, theme, locale, f"{member.role}-week-{name}")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_friday(
    theme: str,
    live_site: LiveSite,
    open_page: Any,
    members: dict[str, Membership],
    locale: str,
) -> None:
    with live_site.rows():
        make_bulletin(members["eig"].team, "2019-W11", help="Un avis ?")
    live_site.at("2019-03-15T14:02:00+00:00")
    page = open_page(locale=locale)
    live_site.sign_in(page, members["coordinator"])
    for path in wanted(ON_A_FRIDAY):
        page.goto(path)
        save(page, theme, locale, f"coordinator-{path}-friday")
    for path in wanted(SENT_EMPTY):
        page.goto(path)
        page.locator("main form[novalidate] button[type=submit]").first.click()
        page.wait_for_load_state()
        save(page, theme, locale, f"coordinator-{path}-faults")


@pytest.mark.parametrize("locale", LOCALES)
def test_letters(theme: str, live_site: LiveSite, open_page: Any, locale: str) -> None:
    with live_site.rows():
        send_every_letter(lambda moment: live_site.at(moment.isoformat()))
    page = open_page(locale=locale)
    links = {link for letter in live_site.deliver() for link in letter.links}
    without_tokens = {re.sub(r"/[\w.-]{20,}", "", link.removeprefix(live_site.url)): link for link in sorted(links)}
    for path in wanted(tuple(without_tokens)):
        page.goto(without_tokens[path])
        save(page, theme, locale, f"letter-{path}")


@pytest.mark.parametrize("locale", LOCALES)
def test_errors(theme: str, live_site: LiveSite, new_context: Any, tmp_path: Path, locale: str) -> None:
    page = new_context(base_url=live_site.url, locale=locale).new_page()
    allow_errors(live_site)
    for status in ERRORS if wanted(("/broken",)) else ():
        page.goto(f"/broken/{status}")
        save(page, theme, locale, f"visitor-error-{status}")
    maintain(live_site, tmp_path)
    page.goto("/")
    save(page, theme, locale, "visitor-maintenance")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("role", ["eig", "mentor", "coordinator"])
def test_empty(theme: str, live_site: LiveSite, open_page: Any, locale: str, role: str) -> None:
    with live_site.rows():
        promotion = make_promotion()
        team = make_team(promotion, "CartoBio") if role != "coordinator" else None
        member = make_member(promotion, role, team)
    page = open_page(locale=locale)
    live_site.sign_in(page, member)
    for path in wanted(EMPTY):
        page.goto(path)
        save(page, theme, locale, f"{role}-{path}-empty")


def wanted(paths: tuple[str, ...]) -> list[str]:
    return [path for path in paths if ONLY in path]


def save(page: Page, theme: str, locale: str, name: str) -> None:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in WIDTHS:
            picture(page, theme, locale, name, width, scheme)


def picture(page: Page, theme: str, locale: str, name: str, width: int, what: str) -> None:
    folder = FOLDER / theme / locale[:2]
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "_", name).strip("_")
    page.set_viewport_size({"width": width, "height": WIDTHS.get(width, 400)})
    page.evaluate(IMAGES_COME)
    page.screenshot(path=folder / f"{name}-{width}-{what}.png", full_page=True, animations="disabled")
