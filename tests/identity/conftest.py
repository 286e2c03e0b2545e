"""The site with an identity provider, and somebody who goes there and comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.identity.views import EXTENSION
from app.teams.models import Membership
from config_oidc import OidcSettings
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import _in_context, _make_app, make_config
from tests.identity.provider import CLIENT, SECRET, OidcProvider, running_provider

NOUR = "nour.haddad@brancard.example"
Configure = Callable[..., None]


@pytest.fixture(scope="session")
def the_provider() -> Iterator[OidcProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(the_provider: OidcProvider) -> OidcProvider:
    the_provider.reset()
    return the_provider


@pytest.fixture
def app(database: str, relay: Relay, provider: OidcProvider, shared_apps: dict[str, Flask]) -> Iterator[Flask]:
    """The application with the provider, which is asked anew in each test; its addresses are believed."""
    oidc = OidcSettings(
        issuer=provider.url, client_id=CLIENT, client_secret=SECRET, name="ProConnect", link_by_address=(provider.url,)
    )
    name = f"{database} with a provider"
    if name not in shared_apps:
        shared_apps[name] = _make_app(make_config(database_url=database, smtp_url=relay.url, oidc=oidc))
    app = shared_apps[name]
    app.extensions.pop(EXTENSION, None)
    before = dict(app.config)
    yield from _in_context(app)
    app.config.clear()
    app.config.update(before)


@pytest.fixture
def configure(app: Flask) -> Configure:
    """Change settings of the provider for this test: `configure(levels=("high",))`."""

    def change(**changes: Any) -> None:
        app.extensions.pop(EXTENSION, None)
        settings = app.config["SETTINGS"]
        app.config["SETTINGS"] = replace(settings, oidc=replace(settings.oidc, **changes))

    return change


@pytest.fixture
def nour(app: Flask, clock: object) -> Membership:
    promotion = make_promotion()
    return make_member(promotion, team=make_team(promotion, "Brancard"), email=NOUR, name="Nour Haddad")


def go(client: FlaskClient, url: str = "/oidc/start") -> str:
    """Follow the visitor to the provider; return the path with which it sends them back."""
    sent = client.get(url)
    assert sent.status_code == 302, sent.text
    return at_provider(sent.headers["Location"])


def at_provider(url: str) -> str:
    """Open `url` at the provider as a browser does; return the path of ours that it leads back to."""
    parts = urlsplit(url)
    browser = HTTPConnection(parts.netloc, timeout=60)  # no library that logs what it asks for
    browser.request("GET", f"{parts.path}?{parts.query}")
    answer = browser.getresponse()
    assert answer.status == 303, answer.read()
    browser.close()
    return (answer.headers["Location"] or "").removeprefix("http://localhost")


def sign_in(client: FlaskClient, url: str = "/oidc/start") -> TestResponse:
    """Sign in through the provider; return the page's answer."""
    return come_back(client, go(client, url))


def come_back(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    """Open the path with which the provider sends the visitor back; the page that says why not, if there is one."""
    answer = client.get(path, headers=headers)
    failed = answer.headers.get("Location", "").startswith("/oidc/failed")
    return client.get(answer.headers["Location"], headers=headers) if failed else answer
