"""axe-core finds nothing on any page, in French and in English, on a phone and on a laptop, light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from app.teams.models import Membership
from tests.browser.accessibility import assert_accessible
from tests.browser.layout import assert_laid_out
from tests.browser.live_site import LiveSite
from tests.browser.looked_at import FOR_COORDINATORS, FOR_MEMBERS, PUBLIC, trouble
from tests.browser.states import dress_as_state

IN_THE_STATES_CLOTHES = (
    "/",
    "/me",
    "/accessibility",
    "/promotion-3/bulletin",
    "/promotion-3/digests/2019-W10",
    "/promotion-3/help",
    "/promotion-3/engagement",
    "/promotion-3/search?q=cartobio",
)
REFUSED: dict[str | None, dict[str, int]] = {  # the pages among them that say so
    None: {"/sign-in/forged": 410, "/unsubscribe/forged": 410, "/nowhere/at-all": 404},
    "eig": {"/promotion-3/manage/": 403, "/promotion-3/weeks/2019-W54": 404},
    "coordinator": {},
}
PHONE = {"locale": "fr-FR", "viewport": {"width": 390, "height": 844}, "color_scheme": "light"}
LAPTOP = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}
LOOKS = (
    pytest.param(PHONE, id="phone-french-light"),
    pytest.param(LAPTOP, id="laptop-english-dark", marks=pytest.mark.long),
)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (None, PUBLIC),
        ("eig", FOR_MEMBERS),
        pytest.param("coordinator", FOR_COORDINATORS, marks=pytest.mark.long),
    ],
)
def test_axe_finds_nothing(
    live_site: LiveSite, open_page: Any, members: dict[str, Membership], look: dict[str, Any], role: str, paths: Any
) -> None:
    visitor = open_page(**look)
    if role:
        live_site.sign_in(visitor, members[role])
    if role == "coordinator":
        with live_site.rows():
            trouble(members["coordinator"])
    refused = {}
    for path in paths:
        answer = visitor.goto(path)
        if answer.status != 200:
            refused[path] = answer.status
        assert_accessible(visitor)
        assert_laid_out(visitor)
    assert refused == REFUSED[role], "no other page is looked at in the place of one that is not found"


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_pages_that_letters_lead_to(
    live_site: LiveSite, open_page: Any, members: dict[str, Membership], look: dict[str, Any]
) -> None:
    visitor = open_page(**look)
    visitor.goto("/sign-in")
    visitor.locator("input[type=email]").fill(members["eig"].person.email)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/sign-in/sent")
    letters = [letter for letter in live_site.deliver() if members["eig"].person.email in letter.to]
    assert len(letters) == 2
    links = {link for letter in letters for link in letter.links}
    assert len(links) == 3  # the digest online, leaving it, signing in
    for link in sorted(links):
        assert visitor.goto(link).status == 200
        assert_accessible(visitor)


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_clothes_of_the_state(
    live_site: LiveSite, open_page: Any, members: dict[str, Membership], scheme: str
) -> None:
    """In the pages where each sort of control stands; the classes are the same on all others."""
    dress_as_state(live_site)
    visitor = open_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    visitor.goto("/")
    assert_accessible(visitor)
    live_site.sign_in(visitor, members["eig"])
    for path in IN_THE_STATES_CLOTHES:
        assert visitor.goto(path).status == 200, path
        assert_laid_out(visitor)
        assert_accessible(visitor)
