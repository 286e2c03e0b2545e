"""In a page’s other states, beside the ordinary one, axe-core finds nothing and the layout holds, in both themes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.layout import assert_laid_out
from tests.browser.live_site import LiveSite
from tests.browser.states import (
    ERRORS,
    FAULTY,
    MOMENTS,
    MORE_ROOMS,
    QUESTIONNAIRE_PAGES,
    act,
    allow_errors,
    dress_as_state,
    maintain,
    prepare_rooms,
    send_empty,
)
from tests.builders import make_member

pytestmark = pytest.mark.long

PHONE = {"locale": "fr-FR", "viewport": {"width": 360, "height": 740}, "color_scheme": "light"}
YOURS = re.compile("^(Votre texte|Your text)$")
TABLET = {"locale": "en-GB", "viewport": {"width": 768, "height": 1024}, "color_scheme": "dark"}


@pytest.fixture(params=["neutral", "dsfr"])
def visitor(request: pytest.FixtureRequest, live_site: LiveSite, open_page: Any) -> Page:
    """A visitor of the site, in each of its themes: on a phone in French, on a tablet in English in the dark."""
    if request.param == "dsfr":
        dress_as_state(live_site)
    page: Page = open_page(**(TABLET if request.param == "dsfr" else PHONE))
    return page


def check(page: Page) -> None:
    assert_accessible(page)
    assert_laid_out(page)


def test_rooms_and_faults(live_site: LiveSite, visitor: Page, members: dict[str, Membership]) -> None:
    eig = members["eig"]
    with live_site.rows():
        prepare_rooms(eig)
    live_site.sign_in(visitor, eig)
    for path in MORE_ROOMS:
        answer = visitor.goto(path)
        assert answer and answer.status == 200, path
        check(visitor)
    for path in FAULTY["eig"]:
        visitor.goto(path)
        send_empty(visitor)
        check(visitor)


def test_my_week(live_site: LiveSite, visitor: Page, members: dict[str, Membership]) -> None:
    eig = members["eig"]
    with live_site.rows():
        mentor = make_member(eig.promotion, "mentor", eig.team)
    for name, moment in MOMENTS.items():
        live_site.at(moment.at)
        with live_site.rows():
            moment.prepare(eig)
        said = ""
        for member in (eig, mentor):
            live_site.sign_in(visitor, member)
            visitor.goto("/")
            check(visitor)
            said += visitor.locator("main").inner_text()
        assert re.search(moment.shows, said), name


def test_what_no_address_leads_to(live_site: LiveSite, visitor: Page, members: dict[str, Membership]) -> None:
    live_site.sign_in(visitor, members["eig"])
    seen = []
    for name in act(live_site, visitor, members["eig"]):
        check(visitor)
        seen.append((name, visitor.locator("h1").inner_text()))
    assert len({title for name, title in seen if name.startswith("questionnaire")}) == QUESTIONNAIRE_PAGES
    expect(visitor.get_by_role("heading", name=YOURS)).to_be_visible()


@pytest.mark.parametrize("look", [PHONE, TABLET], ids=["phone", "tablet"])
def test_errors(live_site: LiveSite, new_context: Any, tmp_path: Path, look: dict[str, Any]) -> None:
    page = new_context(base_url=live_site.url, **look).new_page()  # unwatched: it is to see errors
    allow_errors(live_site)
    for status in ERRORS:
        answer = page.goto(f"/broken/{status}")
        assert answer and answer.status == status
        check(page)
    maintain(live_site, tmp_path)
    answer = page.goto("/")
    assert answer and answer.status == 503
    check(page)
