"""Another provider than ours, which somebody else wrote: PKCE, basic authentication, an answer in JSON."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.teams.models import Membership
from tests.identity.conftest import NOUR, Configure
from tests.pages import is_signed_in

pytestmark = [pytest.mark.long, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a running oidc-provider-mock that knows Nour."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it has not followed authlib yet
        mock = importlib.import_module("oidc_provider_mock")
        nour = mock.User(sub="nour", claims={"email": NOUR, "email_verified": True})
        with mock.run_server_in_thread(user_claims=[nour], require_nonce=True) as server:
            yield f"http://localhost:{server.server_port}"


def allow(url: str) -> str:
    """Press the button of the provider's page; return the path with which it sends the visitor back."""
    parts = urlsplit(url)
    browser = HTTPConnection(parts.netloc, timeout=60)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    browser.request("POST", f"{parts.path}?{parts.query}", urlencode({"sub": "nour"}), form)
    answer = browser.getresponse()
    assert answer.status in {302, 303}, answer.read()
    browser.close()
    return (answer.headers["Location"] or "").removeprefix("http://localhost")


def test_it_signs_in_as_well(
    app: Flask, client: FlaskClient, issuer: str, nour: Membership, configure: Configure
) -> None:
    configure(issuer=issuer, pkce=True, link_by_address=(issuer,))
    sent = client.get("/oidc/start")
    assert sent.status_code == 302
    assert client.get(allow(sent.headers["Location"])).headers["Location"] == "/"
    assert is_signed_in(client)
