"""The digest's page marks itself only when somebody who switched that on really reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Request
from sqlalchemy import select

from app.database import db
from app.readership.consent import Choice, ConsentPlace
from app.readership.models import Consent, Origin, ReadMark
from tests.browser.live_site import LiveSite
from tests.builders import make_digest, make_member, make_promotion, saved

SERVED_AT, LATER = "2019-03-13T10:00:00Z", "2019-03-13T10:30:00Z"
PAGE = "/promotion-3/digests/2019-W10"


@pytest.fixture
def posts(page: Page) -> list[Request]:
    """What the page has sent."""
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    return sent


def open_digest(site: LiveSite, page: Page, choice: Choice = Choice.GRANTED) -> None:
    """Open the digest as a member who has made that choice on automatic marking; the page's clock stands still."""
    site.at(SERVED_AT)
    with site.rows():
        member = make_member(make_promotion())
        make_digest(member.promotion, "2019-W10")
        at = datetime(2019, 3, 12, tzinfo=UTC)
        saved(Consent(membership_id=member.id, choice=choice, at=at, text_version=1, place=ConsentPlace.ME))
        site.sign_in(page, member)
    page.clock.install(time=datetime(2019, 3, 13, 10, 0, tzinfo=UTC))
    page.goto(PAGE)
    page.clock.pause_at(datetime(2019, 3, 13, 10, 0, 30, tzinfo=UTC))
    site.at(LATER)


def origins(site: LiveSite) -> list[Origin]:
    with site.rows():
        return [mark.origin for mark in db.session.scalars(select(ReadMark))]


def read_on(page: Page, seconds: int) -> None:
    """Have the page's clock run on."""
    page.clock.run_for(seconds * 1000)


def test_a_page_in_use_marks_its_digest_once(live_site: LiveSite, page: Page, posts: list[Request]) -> None:
    open_digest(live_site, page)
    page.keyboard.press("ArrowDown")
    with page.expect_response(f"**{PAGE}/read") as answer:
        read_on(page, 8)
    assert answer.value.status == 204
    assert origins(live_site) == [Origin.AUTO]
    read_on(page, 60)
    assert len(posts) == 1


def test_a_page_that_nobody_touches_marks_nothing(live_site: LiveSite, page: Page, posts: list[Request]) -> None:
    open_digest(live_site, page)
    read_on(page, 600)
    assert (posts, origins(live_site)) == ([], [])


def test_a_script_that_plays_the_reader_marks_nothing(live_site: LiveSite, page: Page, posts: list[Request]) -> None:
    open_digest(live_site, page)
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true}))")
    page.evaluate("window.scrollTo(0, 500)")
    read_on(page, 600)
    assert (posts, origins(live_site)) == ([], [])


def test_a_page_in_the_background_marks_nothing(live_site: LiveSite, page: Page, posts: list[Request]) -> None:
    open_digest(live_site, page)
    page.keyboard.press("ArrowDown")
    page.evaluate("Object.defineProperty(document, 'visibilityState', {value: 'hidden'})")
    read_on(page, 600)
    assert (posts, origins(live_site)) == ([], [])


def test_without_consent_nothing_counts_the_time(live_site: LiveSite, page: Page, posts: list[Request]) -> None:
    open_digest(live_site, page, Choice.DENIED)
    page.keyboard.press("ArrowDown")
    read_on(page, 600)
    assert (posts, origins(live_site)) == ([], [])


@pytest.mark.parametrize("ticks", [[0, 179_000, 179_500], [0, 200_000, 200_500, 201_000]])
def test_the_clock_stops_three_minutes_after_the_last_input(
    open_page: Callable[..., Page], live_site: LiveSite, ticks: list[int]
) -> None:
    page = open_page()
    page.goto(live_site.url)
    spent = page.evaluate(
        """async (ticks) => {
            const { attention } = await import("/static/reading.js");
            let spent_seconds = 0;
            const clock = attention(500, (spent) => { spent_seconds = spent; });
            clock.input({ isTrusted: true }, 0);
            for (const now of ticks) clock.tick(now, true);
            return spent_seconds;
        }""",
        ticks,
    )
    assert (spent > 0) is (ticks[1] < 180_000)
