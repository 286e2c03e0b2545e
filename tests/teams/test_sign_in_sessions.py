"""How long the session lasts that a sign-in link began, and what ends it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import Traveller

from app.teams.models import Membership
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member
from tests.pages import is_signed_in
from tests.teams.asking import link_of, request_link


@pytest.fixture
def signed_in(client: FlaskClient, relay: Relay, member: Membership) -> FlaskClient:
    request_link(client)
    assert client.post(link_of(relay)).status_code == 302
    return client


def test_a_session_lasts_thirty_days(signed_in: FlaskClient, clock: Traveller) -> None:
    clock.shift(30 * 86400 - 1)
    assert is_signed_in(signed_in)
    clock.shift(1)
    assert not is_signed_in(signed_in)


def test_a_session_lasts_no_longer_for_being_used(signed_in: FlaskClient, clock: Traveller) -> None:
    clock.shift(20 * 86400)
    assert signed_in.post("/language", data={"locale": "en"}).status_code == 302
    clock.shift(9 * 86400)
    assert is_signed_in(signed_in)
    clock.shift(86400)
    assert not is_signed_in(signed_in)


def test_the_cookie_is_for_thirty_days_and_out_of_the_reach_of_scripts(
    client: FlaskClient, relay: Relay, member: Membership
) -> None:
    request_link(client)
    cookie = client.post(link_of(relay)).headers["Set-Cookie"]
    assert "Expires=Fri, 05 Apr 2019" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_signing_out_ends_this_session_only(
    app: Flask, signed_in: FlaskClient, relay: Relay, member: Membership
) -> None:
    phone = app.test_client()
    request_link(phone)
    phone.post(link_of(relay))
    assert signed_in.post("/sign-out").status_code == 302
    assert not is_signed_in(signed_in)
    assert is_signed_in(phone)


def test_all_sessions_end_when_asked(app: Flask, signed_in: FlaskClient, relay: Relay, member: Membership) -> None:
    phone = app.test_client()
    request_link(phone)
    phone.post(link_of(relay))
    assert is_signed_in(phone)
    assert signed_in.post("/me/end-sessions").status_code == 302
    assert not is_signed_in(signed_in)
    assert not is_signed_in(phone)
    request_link(phone)
    phone.post(link_of(relay))
    assert is_signed_in(phone)


def test_a_visitor_ends_nobodys_sessions(app: Flask, client: FlaskClient, member: Membership) -> None:
    elsewhere = as_member(app.test_client(), member)
    for path in ("/sign-out", "/me/end-sessions", "/me/sessions/1/end", "/me/end-links"):
        assert client.post(path).headers["Location"] == "/sign-in"
    assert is_signed_in(elsewhere)


def test_somebody_signed_in_is_not_asked_for_an_address(signed_in: FlaskClient) -> None:
    assert signed_in.get("/sign-in").headers["Location"] == "/"
    assert signed_in.get("/sign-in?next=/me").headers["Location"] == "/me"
