"""What goes wrong on the way: a page that helps, in both languages, never a 500; nothing secret in the log."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import OctKey
from time_machine import Traveller

from app.database import db
from app.identity import provider as ours
from app.identity.provider import SILENT_FOR
from app.teams.models import Membership
from app.teams.sign_in_models import UserSession
from tests.identity.conftest import NOUR, at_provider, come_back, go, sign_in
from tests.identity.provider import KEYS, SECRET, OidcProvider
from tests.pages import is_signed_in, words
from tests.threads import at_once

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PAGES = {  # the title of each, in French and in English
    503: ("ProConnect ne répond pas", "ProConnect does not answer"),
    502: ("La réponse de ProConnect n’a pas pu être vérifiée", "The answer of ProConnect could not be verified"),
    400: ("Cette connexion n’est plus valable", "This sign-in is no longer valid"),
}
DISCOVERY = "/.well-known/openid-configuration"


def is_told(app: Flask, provider: OidcProvider, status: int) -> bool:
    """Whether the way there and back ends with the page of `status`, in each language, with a way out, no session."""
    for number, language in enumerate(("fr", "en")):
        client = app.test_client()
        headers = {"Accept-Language": language}
        answer = come_back(client, "/oidc/start", **headers)
        if answer.status_code == 302:
            answer = come_back(client, at_provider(answer.headers["Location"]), **headers)
        assert answer.status_code == status, answer.text
        assert PAGES[status][number] in words(answer.text)
        assert 'action="/sign-in"' in answer.text, "the link by mail is offered"
        assert not is_signed_in(client)
    return True


# --- The provider is down, or speaks nonsense ------------------------------------------------------------------------

BROKEN = [
    (500, "text/html", b"<h1>Oops</h1>"),
    (200, "application/json", b"[]"),
    (200, "text/html", b"\xff<p>"),
    (302, "text/html", b""),
]


@pytest.mark.long
@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/userinfo", "/jwks"])
@pytest.mark.parametrize("answer", BROKEN)
def test_a_provider_that_is_out_of_order_is_told(
    app: Flask, provider: OidcProvider, nour: Membership, path: str, answer: tuple[int, str, bytes]
) -> None:
    provider.answers[path] = answer
    assert is_told(app, provider, 503)


@pytest.mark.long
@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/userinfo"])
def test_a_provider_that_never_answers_is_waited_for_a_moment(
    app: Flask, provider: OidcProvider, nour: Membership, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    assert ours.TIMEOUT <= (5, 10)
    monkeypatch.setattr(ours, "TIMEOUT", (0.1, 0.1))
    provider.hangs.add(path)
    assert is_told(app, provider, 503)


def test_after_no_answer_nobody_else_waits_and_then_all_is_well(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership, clock: Traveller
) -> None:
    provider.answers[DISCOVERY] = BROKEN[0]
    assert [come_back(client, "/oidc/start").status_code for _ in range(3)] == [503] * 3
    assert len(provider.asked(DISCOVERY)) == 1
    provider.answers.clear()
    clock.shift(SILENT_FOR)
    assert sign_in(client).status_code == 302


@pytest.mark.long
@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://other.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": 12},
        {"userinfo_endpoint": "file:///etc/passwd"},
    ],
)
def test_a_discovery_that_cannot_be_ours_is_refused(
    app: Flask, provider: OidcProvider, nour: Membership, discovery: dict[str, object]
) -> None:
    provider.discovery = discovery
    assert is_told(app, provider, 503)


@pytest.mark.long
def test_nobody_listens_there(app: Flask, provider: OidcProvider, nour: Membership, configure: object) -> None:
    configure(issuer="http://127.0.0.1:9")  # type: ignore[operator]
    assert is_told(app, provider, 503)


# --- The answer does not prove what it says --------------------------------------------------------------------------

NOW = 1_551_866_400  # as the fixture `clock` begins


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"iss": "https://other.example"}, marks=pytest.mark.long),
        pytest.param({"aud": "another-service"}, marks=pytest.mark.long),
        pytest.param({"aud": ["another-service", "bulletins"]}, marks=pytest.mark.long),  # without azp
        pytest.param({"aud": None}, marks=pytest.mark.long),
        pytest.param({"sub": None}, marks=pytest.mark.long),
        pytest.param({"sub": ""}, marks=pytest.mark.long),
        pytest.param({"sub": "x" * 256}, marks=pytest.mark.long),
        pytest.param({"sub": "no\0ur"}, marks=pytest.mark.long),
        pytest.param({"sub": ["nour-1"]}, marks=pytest.mark.long),
        {"nonce": "another"},
        pytest.param({"nonce": None}, marks=pytest.mark.long),
        {"exp": NOW - 121},
        pytest.param({"exp": None}, marks=pytest.mark.long),
        pytest.param({"exp": "soon"}, marks=pytest.mark.long),
        pytest.param({"iat": NOW + 121}, marks=pytest.mark.long),
        pytest.param({"nbf": NOW + 121}, marks=pytest.mark.long),
        pytest.param({"at_hash": "another"}, marks=pytest.mark.long),
    ],
)
def test_an_id_token_that_is_not_ours_or_not_of_now_signs_nobody_in(
    app: Flask, provider: OidcProvider, nour: Membership, claims: dict[str, object]
) -> None:
    provider.id_token = claims
    if "sub" in claims:
        provider.userinfo = {"sub": claims["sub"]}
    assert is_told(app, provider, 502)


@pytest.mark.long
@pytest.mark.parametrize("claims", [{"exp": NOW - 119}, {"iat": NOW + 119}, {"nbf": NOW + 119}, {"aud": ["bulletins"]}])
def test_a_clock_that_differs_by_two_minutes_is_no_fault(
    client: FlaskClient, provider: OidcProvider, nour: Membership, claims: dict[str, object]
) -> None:
    provider.id_token = claims
    assert sign_in(client).status_code == 302


def _unsigned(claims: dict[str, object]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "typ": "JWT"}, claims)]
    return ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), ""])


@pytest.mark.long
@pytest.mark.parametrize("forgery", ["none", "our secret", "another key", "cut", "no token"])
def test_a_forged_signature_signs_nobody_in(app: Flask, provider: OidcProvider, nour: Membership, forgery: str) -> None:
    claims = {"iss": provider.url, "aud": "bulletins", "sub": "nour-1", "iat": NOW, "exp": NOW + 60}
    for _language in ("fr", "en"):
        client = app.test_client()
        back = go(client)
        nonce = provider.asked("/authorize")[-1]["nonce"]
        mine = {**claims, "nonce": nonce}
        forged = {
            "none": _unsigned(mine),
            "our secret": provider.sign(
                mine, OctKey.import_key(SECRET + "-long-enough-for-sha-256", {"kid": "key-1"}), "HS256"
            ),
            "another key": provider.sign(mine, KEYS[1]),
            "cut": provider.sign(mine)[:-4],
            "no token": "no.token.at.all",
        }
        provider.raw_id_token = forged[forgery]
        assert come_back(client, back).status_code == 502
        assert not is_signed_in(client)


@pytest.mark.parametrize(
    "told",
    [
        {"sub": "somebody-else"},
        pytest.param({"sub": None}, marks=pytest.mark.long),
        pytest.param({"iss": "https://other.example"}, marks=pytest.mark.long),
        pytest.param({"iss": None}, marks=pytest.mark.long),
        pytest.param({"aud": "another-service"}, marks=pytest.mark.long),
        pytest.param({"aud": None}, marks=pytest.mark.long),
        pytest.param({"exp": NOW - 121}, marks=pytest.mark.long),
    ],
)
def test_a_signed_answer_about_somebody_else_or_for_another_service_is_refused(
    app: Flask, provider: OidcProvider, nour: Membership, told: dict[str, object]
) -> None:
    provider.userinfo = told
    assert is_told(app, provider, 502)


@pytest.mark.long
def test_an_answer_in_json_about_somebody_else_is_refused(app: Flask, provider: OidcProvider, nour: Membership) -> None:
    provider.signed_userinfo = False
    provider.userinfo = {"sub": "somebody-else", "email": NOUR}
    assert is_told(app, provider, 502)


@pytest.mark.long
@pytest.mark.parametrize(
    "raw",
    [("application/jwt", b"no.token.there"), ("application/JWT; charset=utf-8", b"\xff"), ("application/jwt", b"")],
)
def test_an_answer_that_only_says_it_is_signed_is_refused(
    app: Flask, provider: OidcProvider, nour: Membership, raw: tuple[str, bytes]
) -> None:
    provider.raw_userinfo = raw
    assert is_told(app, provider, 502)


@pytest.mark.long
@pytest.mark.parametrize("kid", ["a new one", "the same"])
def test_keys_that_have_changed_are_asked_for_again(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership, monkeypatch: pytest.MonkeyPatch, kid: str
) -> None:
    assert sign_in(client).status_code == 302
    new = KEYS[1] if kid == "a new one" else type(KEYS[1]).generate_key("P-256", {"kid": "key-1"})
    provider.key, provider.published = new, [new]
    for _ in range(2):
        assert sign_in(app.test_client()).status_code == 302
    assert len(provider.asked("/jwks")) == 2


# --- Once, in one browser, in time -----------------------------------------------------------------------------------


def test_an_answer_is_taken_once(app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    back = go(client)
    provider.answers["/token"] = BROKEN[0]
    assert come_back(client, back).status_code == 503
    provider.answers.clear()
    assert come_back(client, back).status_code == 400, "though it led to nothing"
    provider.requests.clear()
    back = go(client)
    with client.session_transaction() as cookie:
        copied = dict(cookie)
    assert come_back(client, back).status_code == 302
    assert come_back(client, back).status_code == 400
    assert len(provider.asked("/token")) == 1, "not even tried"
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(copied)
    assert come_back(thief, back).status_code == 400, "the provider takes its code once"
    assert not is_signed_in(thief)


def test_who_only_looks_uses_up_nothing(client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    back = go(client)
    assert client.head(back).status_code == 405
    assert not is_signed_in(client)
    assert come_back(client, back).status_code == 302


@pytest.mark.long
def test_of_two_that_come_at_once_one_is_signed_in(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    back = go(client)
    with client.session_transaction() as cookie:
        copied = dict(cookie)

    def press() -> int:
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie.update(copied)
        return come_back(browser, back).status_code

    assert sorted(at_once(app, *[press] * 3)) == [302, 400, 400]
    assert db.session.query(UserSession).count() == 1


def test_an_answer_to_another_browser_is_refused(
    app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership
) -> None:
    """Or a stranger could sign somebody in to the stranger's account."""
    back = go(client)
    victim = app.test_client()
    go(victim)
    for wrong in (back, "/oidc/return", "/oidc/return?state=", "/oidc/return?code=x&state=é%00"):
        assert come_back(victim, wrong).status_code == 400
    assert not is_signed_in(victim)
    assert provider.asked("/token") == [], "and no code of anybody is tried"


@pytest.mark.long
@pytest.mark.parametrize(("seconds", "status"), [(30 * 60 - 1, 302), (30 * 60, 400)])
def test_one_may_take_half_an_hour(
    client: FlaskClient, provider: OidcProvider, nour: Membership, clock: Traveller, seconds: int, status: int
) -> None:
    back = go(client)
    clock.shift(seconds)
    assert come_back(client, back).status_code == status


def test_several_tabs_may_be_under_way(client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    backs = [go(client) for _ in range(4)]
    assert [come_back(client, back).status_code for back in (backs[0], backs[1])] == [400, 302]


def test_the_answer_of_another_issuer_is_refused(client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    assert come_back(client, f"{go(client)}&iss=https://other.example").status_code == 502
    assert come_back(client, f"{go(client)}&iss={provider.url}").status_code == 302


# --- The provider says no --------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        ("access_denied", 403, "La connexion avec ProConnect n’a pas abouti"),
        ("login_required", 403, "La connexion avec ProConnect n’a pas abouti"),
        ("temporarily_unavailable", 503, "ProConnect ne répond pas"),
        ("server_error", 503, "ProConnect ne répond pas"),
        ("unmet_authentication_requirements", 403, "Une connexion plus sûre est exigée"),
        ("<script>alert(1)</script>", 403, "La connexion avec ProConnect n’a pas abouti"),
    ],
)
def test_an_error_has_a_page(
    client: FlaskClient, provider: OidcProvider, nour: Membership, error: str, status: int, title: str
) -> None:
    provider.error = error
    answer = sign_in(client)
    assert answer.status_code == status
    assert title in words(answer.text)
    assert "<b>no</b>" not in answer.text
    assert "<script>alert" not in answer.text


# --- The log ---------------------------------------------------------------------------------------------------------


def test_nothing_secret_is_logged(
    app: Flask, provider: OidcProvider, nour: Membership, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = app.test_client()
    back = go(client)
    come_back(client, back)
    come_back(client, back)
    secrets = [*dict(parse_qsl(urlsplit(back).query)).values(), provider.asked("/authorize")[0]["nonce"]]
    provider.error = "access_denied"
    sign_in(app.test_client())
    provider.error = ""
    provider.userinfo = {"sub": "somebody-else"}
    sign_in(app.test_client())
    secrets += [SECRET, "the-access-token", "eyJ", "nour", "somebody-else"]
    text = caplog.text.lower()
    assert "access_denied" in text
    assert [secret for secret in secrets if secret.lower() in text] == []
    assert "traceback" not in text


@pytest.mark.long
def test_attempts_are_counted(app: Flask, client: FlaskClient, provider: OidcProvider, nour: Membership) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], attempts_per_source=2)
    assert [sign_in(app.test_client()).status_code for _ in range(3)] == [302, 302, 429]
