"""Every address that a letter carries, with a token forged, cut, foreign or expired: a page that helps, no change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller
from werkzeug.test import TestResponse

from app.digests.reader_links import READER, READER_LINK_LIFETIME
from app.management.address_letters import CONFIRM
from app.management.address_letters import PURPOSE as ADDRESS
from app.readership.auto_marking import choose
from app.readership.consent import Choice, ConsentPlace
from app.records.links import PURPOSE as RECORD
from app.security import new_secret, sign
from app.teams.models import Membership
from app.teams.sign_in_requests import LINK_LIFETIME
from app.teams.subscriptions import LINK_LIFETIME as UNSUBSCRIBE_LIFETIME
from app.teams.subscriptions import PURPOSE
from tests.every_letter import KINDS, NOTE_AT, every_row, send_every_letter
from tests.fixtures.relay import Relay

pytestmark = pytest.mark.both_databases

LINK = re.compile(r"http://localhost(/[^\s\"<>#]*)")
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0"}
TOKENS = ("/record/", "/unsubscribe/", "/sign-in/", "/address/", "reader=", "answerer=")  # what stands before one
TOKEN = re.compile("|".join(f"(?<={before})[^/?&]+" for before in TOKENS))


@pytest.fixture
def eig(app: Flask, clock: Traveller) -> Membership:
    """Somebody of a promotion from which a letter of every kind has left."""
    return send_every_letter(clock.move_to)


@pytest.fixture
def links(eig: Membership, relay: Relay) -> list[str]:
    """Each address of ours in those letters, as somebody may press it."""
    assert len({letter["Subject"] for letter in relay.messages}) == KINDS
    found = {
        link.replace("&amp;", "&") for message in relay.messages for link in LINK.findall(message.text + message.html)
    }
    return sorted(found)


def invalid_tokens(token: str, foreign: str) -> Iterator[str]:
    yield from (token[:-1], token[1:], token[: len(token) // 2], f"{token}x", "forged", "%00", foreign)


def foreign_token(app: Flask, link: str, eig: Membership) -> str:
    """What another instance would have signed for that place; it cannot know the secrets of sign-in links."""
    key, app.secret_key = app.secret_key, "another-key-for-tests-that-is-long-enough"
    digest_token, leaving_token = sign(READER, [1, eig.id]), sign(PURPOSE, [eig.id, "digest"])
    record_token, address_token = sign(RECORD, [1, eig.team_id, 1, None]), sign(ADDRESS, [1, CONFIRM])
    app.secret_key = key
    if "/sign-in/" in link:
        return new_secret()
    if "/record/" in link:
        return record_token
    if "/address/" in link:
        return address_token
    return digest_token if "reader=" in link else leaving_token


def tries(client: FlaskClient, link: str, token: str) -> Iterator[TestResponse]:
    """Opening the link, and pressing each button of the page behind it."""
    yield client.get(link)
    if "reader=" not in link:
        yield client.post(link, data={"List-Unsubscribe": "One-Click"})
        return
    address = link.partition("?")[0]
    yield client.post(f"{address}/read", data={"reader": token})
    choice = {"place": "digest", "choice": "granted"}
    answer = {"month": "2019-03", "habit": "weekly"}
    for page, fields in (("consent", choice), ("answer", answer)):
        yield client.post(f"/promotion-3/reading/{page}", data={**fields, "reader": token})
        yield client.post(f"/promotion-3/reading/{page}", data={**fields, "unsubscribe": token})


def helps(answer: TestResponse) -> bool:
    """Whether the page says that the link is gone, and lets one sign in: by a form, or by a link to it."""
    signs_in = 'action="/sign-in"' in answer.text or '<p><a href="/sign-in">' in answer.text
    return answer.status_code == 410 and signs_in


def test_a_token_forged_cut_or_foreign_changes_nothing_and_the_page_helps(
    app: Flask, client: FlaskClient, eig: Membership, links: list[str]
) -> None:
    before = every_row()
    with_tokens = [link for link in links if TOKEN.search(link)]
    assert len(with_tokens) >= 3 + 3 + 1 + 2 + 1 + 1 + 3, (
        "three readers, their ways out, the reminder's, two records, the way out of one, the sign-in, three addresses"
    )
    for link in with_tokens:
        token = TOKEN.findall(link)[0]
        for invalid in invalid_tokens(token, foreign_token(app, link, eig)):
            for answer in tries(client, link.replace(token, invalid), invalid):
                assert helps(answer), (answer.request.method, answer.request.path, invalid)
    assert every_row() == before


def test_an_expired_token_changes_nothing_and_the_page_helps(
    client: FlaskClient, links: list[str], clock: Traveller
) -> None:
    """The way out of letters works for the longest, but not for ever (RFC 8058)."""
    before = every_row()
    for part, lives in (("/sign-in/", LINK_LIFETIME), ("reader=", READER_LINK_LIFETIME)):
        link = next(link for link in links if part in link)
        clock.move_to(NOTE_AT + lives + timedelta(seconds=60))
        for answer in list(tries(client, link, TOKEN.findall(link)[0]))[:3]:
            assert helps(answer), (answer.request.method, answer.request.path)
    assert every_row() == before
    leaving = next(link for link in links if "/unsubscribe/" in link)
    assert client.get(leaving).status_code == 200
    clock.move_to(NOTE_AT + UNSUBSCRIBE_LIFETIME)
    assert all(helps(answer) for answer in tries(client, leaving, TOKEN.findall(leaving)[0]))
    assert every_row() == before


def test_an_address_without_a_token_asks_to_sign_in(client: FlaskClient, links: list[str]) -> None:
    plain = [link for link in links if not TOKEN.search(link)]
    assert any("/bulletin" in link for link in plain), "the reminder's"
    assert any("/manage/confidential" in link for link in plain), "the word's"
    for link in plain:
        answer = client.get(link)
        assert answer.status_code == 200 or answer.headers["Location"].startswith("/sign-in"), link


def test_looking_three_times_with_a_browser_records_nothing(
    client: FlaskClient, eig: Membership, links: list[str]
) -> None:
    """Whether automatic marking is on or not; nor does it use up the link that signs in."""
    for choice in Choice:
        choose(eig, choice, ConsentPlace.ME, NOTE_AT)
        before = every_row()
        for link in links:
            for method in ("GET", "GET", "GET", "HEAD"):
                answer = client.open(link, method=method, headers=BROWSER)
                assert answer.status_code in {200, 302}, link
                assert answer.status_code == 200 or not TOKEN.search(link), link
        assert every_row() == before
    signing_in = next(link for link in links if "/sign-in/" in link)
    assert client.post(signing_in).status_code == 302
    assert every_row() != before, "what is recorded is seen"
