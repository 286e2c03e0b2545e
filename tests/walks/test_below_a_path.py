"""A site that shares its host with others: everything stands below the path of its BASE_URL, and leads nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.database import db
from app.drafts.models import Draft
from app.letters.delivery import deliver
from app.routing import public_url
from app.teams.models import Promotion
from tests.builders import make_member
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member, browser_of, make_config, running_app
from tests.pages import typed
from tests.teams.asking import ADDRESS
from tests.walks.full_promotion import Visitors
from tests.walks.routes import TABLE, address_of
from tests.walks.test_typed import MORE_PAGES

ROOT = "/bulletins"
LEADS = re.compile(r' (?:href|src|action|formaction|data-[a-z-]*url)="([^"]*)"|name="next" value="([^"]*)"')
ELSEWHERE = re.compile(r"https?://(?!localhost)|mailto:|tel:|webcal://localhost/bulletins/|#|\?")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def app(database: str, relay: Relay) -> Iterator[Flask]:
    """A site below ROOT."""
    config = make_config(database_url=database, smtp_url=relay.url, base_url=f"http://localhost{ROOT}/")
    yield from running_app(config)


@pytest.mark.long
def test_every_page_leads_below_the_path(app: Flask, full: Visitors) -> None:
    draft = db.session.scalars(select(Draft)).one()
    draft.page = f"{ROOT}{draft.page}"
    db.session.commit()
    addresses = [address_of(route.removeprefix("GET ")) for route in TABLE if route.startswith("GET")]
    astray, links = set(), 0
    for sort in (None, "mentor", "eig who coordinates"):
        client = browser_of(app, full[sort])
        for address in [*addresses, *MORE_PAGES]:
            answer = client.get(f"{ROOT}{address}", buffered=True)
            led = [answer.headers["Location"]] if "Location" in answer.headers else []
            if answer.mimetype == "text/html":
                led += [unescape(url or page) for url, page in LEADS.findall(answer.text)]
            links += len(led)
            astray |= {(address, url) for url in led if url and not is_below(url)}
    assert links > 1000
    assert astray == set()


def is_below(url: str) -> bool:
    return url.removeprefix("http://localhost").startswith(f"{ROOT}/") or bool(ELSEWHERE.match(url))


def test_who_signs_in_comes_back_to_the_page_that_they_wanted(
    client: FlaskClient, promotion: Promotion, relay: Relay
) -> None:
    make_member(promotion, team=promotion.teams[0], email=ADDRESS)
    asked = client.get(f"{ROOT}/promotion-3/weeks")
    assert asked.headers["Location"] == f"{ROOT}/sign-in?next={ROOT}/promotion-3/weeks"
    wanted = f"{ROOT}/promotion-3/weeks"
    assert f'name="next" value="{wanted}"' in client.get(asked.headers["Location"]).text
    sent = client.post(f"{ROOT}/sign-in", data={"email": ADDRESS, "next": wanted})
    assert sent.headers["Location"] == f"{ROOT}/sign-in/sent"
    deliver()
    [link] = set(re.findall(r"http://localhost(/\S+/sign-in/[^\s?]+)", relay.to(ADDRESS)[-1].text))
    entered = client.post(link)
    assert entered.headers["Location"] == wanted
    assert f"Path={ROOT}" in entered.headers["Set-Cookie"]
    assert client.get(wanted).status_code == 200


def test_a_proxy_may_take_the_path_off(client: FlaskClient, promotion: Promotion) -> None:
    """And a health check on the machine itself asks without."""
    for address in (f"{ROOT}/promotion-3/weeks", "/promotion-3/weeks"):
        assert client.get(address).headers["Location"] == f"{ROOT}/sign-in?next={ROOT}/promotion-3/weeks"
    assert client.get("/healthz").status_code == 200
    assert client.get(ROOT).status_code == 200
    assert client.get(f"{ROOT}er/sign-in").status_code == 404


def test_a_button_returns_to_its_page(app: Flask, promotion: Promotion) -> None:
    client = as_member(app.test_client(), make_member(promotion, team=promotion.teams[0]))
    page = f"{ROOT}/promotion-3/weeks/2019-W09"
    there = typed(client.get(page).text, "next")
    assert client.post(f"{ROOT}/language", data={"locale": "en", "next": there}).headers["Location"] == page
    refused = {"locale": "fr", "next": f"{ROOT}/promotion-3/rota/end"}
    assert client.post(f"{ROOT}/language", data=refused).headers["Location"] == f"{ROOT}/promotion-3/rota"


def test_over_https_the_cookie_is_of_that_path(database: str, relay: Relay) -> None:
    for app in running_app(make_config(database_url=database, base_url=f"https://localhost{ROOT}")):
        cookie = app.test_client().post(f"{ROOT}/language", data={"locale": "en"}).headers["Set-Cookie"]
        assert cookie.startswith("__Secure-session=")
        assert f"Secure; HttpOnly; Path={ROOT}; " in cookie
        assert public_url("account.page") == f"https://localhost{ROOT}/me"
