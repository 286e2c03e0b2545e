"""A browser opens every address of every letter and runs its scripts; nobody sits before it: nothing is recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import request, request_started
from playwright.sync_api import Page

from app.readership.auto_marking import choose
from app.readership.consent import Choice, ConsentPlace
from tests.browser.live_site import LiveSite
from tests.every_letter import KINDS, NOTE_AT, every_row, send_every_letter

HALF_AN_HOUR = timedelta(minutes=30)
LATER = datetime(2019, 3, 29, 14, 25, tzinfo=UTC)  # the sign-in link works still


@pytest.mark.long
def test_a_browser_without_a_reader_records_nothing(live_site: LiveSite, page: Page) -> None:
    """The letters' EIG has switched automatic marking on: the script that counts their time is there, and runs."""
    with live_site.rows():
        eig = send_every_letter(lambda moment: live_site.at(moment.isoformat()))
        choose(eig, Choice.GRANTED, ConsentPlace.ME, NOTE_AT)
    letters = live_site.deliver()
    assert len({letter.subject for letter in letters}) == KINDS
    links = sorted({link.partition("#")[0] for letter in letters for link in letter.links})
    asked: list[tuple[str, str | None]] = []
    request_started.connect(lambda _app: asked.append((request.path, request.referrer)), live_site.app, weak=False)
    with live_site.rows():
        before = every_row()
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.clock.install(time=LATER)
    counting = 0
    for link in links * 3:
        live_site.at(LATER.isoformat())
        answer = page.goto(link)
        assert answer
        assert answer.status == 200, link
        live_site.at((LATER + HALF_AN_HOUR).isoformat())
        page.clock.run_for(HALF_AN_HOUR.seconds * 1000)
        counting += page.locator("script[src*='reading.js']").count()
    assert posts == []
    assert counting == 3, "the digest of the one who wants automatic marking"
    with live_site.rows():
        assert every_row() == before
    assert any(path.startswith("/static/") for path, _referrer in asked)
    assert {path: referrer for path, referrer in asked if referrer} == {}, "a referrer would carry the letter's token"
    live_site.at(LATER.isoformat())
    page.goto(next(link for link in links if "/sign-in/" in link))
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(live_site.url + "/")
    with live_site.rows():
        assert every_row() != before, "what is recorded is seen"
