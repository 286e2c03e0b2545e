"""Signed tokens, the headers of every answer, forged requests, and reads that cannot write."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.access import Access, access
from app.database import db
from app.errors import BARE_PAGE
from app.security import HEADERS, hash_secret, new_secret, sign, unsign
from app.teams.models import Membership, Person
from tests.builders import make_member, make_person, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member, make_config, running_app

ADDRESS = "somebody@promotion.example"
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
INLINE = re.compile(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


@pytest.fixture
def member(app: Flask, clock: object) -> Membership:
    promotion = make_promotion()
    return make_member(promotion, team=make_team(promotion, "Jachère"), email="eig@promotion.example")


# --- Tokens ----------------------------------------------------------------------------------------------------------


@SQLITE
def test_a_token_says_what_was_signed_and_always_looks_the_same(app: Flask) -> None:
    token = sign("reader", [3, 14])
    assert unsign("reader", token) == [3, 14]
    assert sign("reader", [3, 14]) == token
    assert re.fullmatch(r"[\w.-]+", token)


@SQLITE
def test_a_token_serves_one_purpose(app: Flask) -> None:
    assert unsign("unsubscribe", sign("reader", [3, 14])) is None


@SQLITE
def test_a_token_of_another_instance_is_not_ours(app: Flask) -> None:
    token = sign("reader", [3, 14])
    app.secret_key = "another-key-for-tests-that-is-long-enough"
    assert unsign("reader", token) is None


@SQLITE
@pytest.mark.parametrize("damage", ["", "x", ".", "a.b", "é", "\ud800", "\0", "a" * 100_000, "..", "e30.e30"])
def test_a_token_made_up_is_not_ours(app: Flask, damage: str) -> None:
    assert unsign("reader", damage) is None


@SQLITE
def test_a_token_cut_or_changed_anywhere_is_not_ours(app: Flask) -> None:
    token = sign("reader", [3, 14])
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert unsign("reader", token[:place]) is None
        assert unsign("reader", token[:place] + other + token[place + 1 :]) in (None, [3, 14])
    assert unsign("reader", token[1:]) is None


def test_a_secret_is_long_random_and_its_hash_tells_nothing_of_it() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) >= 43 for secret in secrets)  # 256 bits
    assert not any(secret in hash_secret(secret) for secret in secrets)
    assert len({hash_secret(secret) for secret in secrets}) == 100


# --- Headers ---------------------------------------------------------------------------------------------------------


def every_sort_of_answer(client: FlaskClient) -> Iterator[tuple[int, TestResponse]]:
    """An answer of every sort that the site gives, with the status that it must have."""
    yield 200, client.get("/")
    yield 200, client.options("/")
    yield 200, client.head("/sign-in")
    yield 200, client.get("/static/product.css", buffered=True)
    yield 302, client.get("/me")
    yield 308, client.get("/promotion-3")
    yield 400, client.post("/language", data={"locale": "xx"})
    yield 404, client.get("/no/such/page")
    yield 404, client.get("/static/none.css")
    yield 405, client.put("/")
    yield 410, client.get("/sign-in/forged")
    yield 410, client.get("/unsubscribe/forged")
    yield 410, client.get("/promotion-3/digests/2019-W10?reader=forged")
    yield 413, client.post("/sign-in", data={"email": "a" * 1_000_000})
    yield 422, client.post("/sign-in", data={"email": "nobody"})


def test_every_answer_carries_our_headers(client: FlaskClient) -> None:
    for status, answer in every_sort_of_answer(client):
        where = f"{answer.request.method} {answer.request.path}"
        assert answer.status_code == status, where
        assert {name: answer.headers.getlist(name) for name in HEADERS} == {n: [v] for n, v in HEADERS.items()}, where
        assert "Strict-Transport-Security" not in answer.headers, "the site is not served over HTTPS here"
        cached = "no-cache" if answer.request.path == "/static/product.css" else "no-store"
        assert answer.headers["Cache-Control"] == cached, where


@SQLITE
def test_a_session_of_another_instance_is_nobodys(app: Flask, client: FlaskClient, member: Membership) -> None:
    as_member(client, member)
    assert client.get("/me").status_code == 200
    app.secret_key = "another-key-for-tests-that-is-long-enough"
    assert client.get("/me").status_code == 302


def test_the_content_policy_lets_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy


def test_no_page_holds_a_script_or_a_style(client: FlaskClient, member: Membership) -> None:
    pages = [answer.text for _status, answer in every_sort_of_answer(client) if answer.mimetype == "text/html"]
    as_member(client, member)
    for path in ("/", "/me", "/promotion-3/bulletin", "/promotion-3/weeks", "/promotion-3/teams/jachere"):
        page = client.get(path)
        assert page.status_code == 200
        pages.append(page.text)
    for page in pages:
        assert INLINE.findall(page) == []


@SQLITE
def test_over_https_browsers_are_told_to_stay_there_and_cookies_too(database: str, relay: Relay) -> None:
    for app in running_app(make_config(database_url=database, base_url="https://bulletins.example")):
        client = app.test_client()
        answer = client.post("/language", data={"locale": "en"})
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert answer.headers["Set-Cookie"].startswith("__Host-session=")
        assert "Secure; HttpOnly; Path=/; " in answer.headers["Set-Cookie"], "as the prefix __Host- demands"
        assert "Domain" not in answer.headers["Set-Cookie"]
        assert "SameSite=Lax" in answer.headers["Set-Cookie"]


def test_a_refused_method_says_which_ones_are_not(client: FlaskClient) -> None:
    assert set(client.delete("/sign-in").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


# --- Behind a proxy --------------------------------------------------------------------------------------------------


@SQLITE
def test_behind_a_proxy_that_ends_tls_every_redirect_stays_on_https(database: str) -> None:
    for app in running_app(make_config(database_url=database, base_url="https://bulletins.example", proxies=1)):
        for path in ("/promotion-3", "/promotion-3//digests", "//sign-in/secret"):
            answer = app.test_client().get(path, base_url="http://bulletins.example")
            assert answer.status_code == 308
            assert answer.headers["Location"].startswith("https://bulletins.example/")


@SQLITE
@pytest.mark.parametrize(("proxies", "counted_apart"), [(0, False), (1, True)])
def test_visitors_are_told_apart_behind_as_many_proxies_as_the_settings_say(
    database: str, relay: Relay, *, proxies: int, counted_apart: bool
) -> None:
    settings = make_config(database_url=database, smtp_url=relay.url, proxies=proxies, attempts_per_source=20)
    for app in running_app(settings):
        client = app.test_client()

        def request_link(number: int, origin: str, client: FlaskClient = client) -> int:
            data = {"email": f"person{number}@promotion.example"}
            return client.post("/sign-in", data=data, headers={"X-Forwarded-For": origin}).status_code

        assert [request_link(number, "192.0.2.1") for number in range(20)] == [302] * 20
        assert request_link(20, "192.0.2.1") == 429
        assert request_link(21, "192.0.2.2") == (302 if counted_apart else 429)


@SQLITE
@pytest.mark.own_app
@pytest.mark.parametrize("proxies", [0, 1])
def test_a_proxy_that_the_settings_do_not_know_is_said_once(
    database: str, relay: Relay, caplog: pytest.LogCaptureFixture, *, proxies: int
) -> None:
    for app in running_app(make_config(database_url=database, proxies=proxies)):
        client = app.test_client()
        client.get("/sign-in")
        assert "PROXIES" not in caplog.text
        for _request in range(3):
            client.get("/sign-in", headers={"X-Forwarded-For": "192.0.2.1"})
        assert caplog.text.count("X-Forwarded-For came, and PROXIES is 0") == (0 if proxies else 1)


# --- The host of a request -------------------------------------------------------------------------------------------


@SQLITE
def test_only_requests_for_the_site_and_from_this_machine_are_answered(database: str, relay: Relay) -> None:
    config = make_config(database_url=database, base_url="https://bulletins.example:8443")
    for app in running_app(config):
        client = app.test_client()
        for host in ("bulletins.example", "bulletins.example:8443", "localhost:8000", "127.0.0.1:8000"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 200, host
            assert client.get("/promotion-3", headers={"Host": host}).status_code == 308, host
        for host in ("evil.example", "bulletins.example.evil.example", "192.0.2.1", "evil.example:443", "a b"):
            for path in ("/", "/healthz", "/promotion-3", "/sign-in", "/static/product.css"):
                answer = client.get(path, headers={"Host": host})
                assert answer.status_code == 400, (host, path)
                assert "Location" not in answer.headers
                assert host not in answer.text
                assert answer.headers["Content-Security-Policy"] == HEADERS["Content-Security-Policy"]


# --- Forged requests -------------------------------------------------------------------------------------------------


@pytest.fixture
def strict_app(app: Flask) -> Flask:
    """The application as in production: forms need their token."""
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST", "PUT", "PATCH", "DELETE"})
    return app


def posts(app: Flask) -> list[str]:
    return sorted({rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())})


def filled(rule: str) -> str:
    for part, value in {"<slug:promotion_slug>": "promotion-3", "<week:week>": "2019-W10"}.items():
        rule = rule.replace(part, value)
    return re.sub(r"<int:\w+>", "1", re.sub(r"<(?!int)[^>]*>", "x", rule))


def test_every_form_needs_its_token_but_those_whose_address_is_one(strict_app: Flask, member: Membership) -> None:
    member.person.locale = "en"
    db.session.commit()
    for rule in posts(strict_app):
        client = as_member(strict_app.test_client(), member)
        answer = client.post(filled(rule), data={})
        if "<token>" in rule:
            assert answer.status_code == 410
        else:
            assert answer.status_code == 400, rule
            assert "The page had been open for too long" in answer.text, rule


def test_a_form_of_ours_passes(strict_app: Flask, client: FlaskClient, member: Membership) -> None:
    as_member(client, member)
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me").text)
    assert token
    answer = client.post("/language", data={"locale": "en", "csrf_token": token[1], "next": "/me"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me")
    assert '<html lang="en"' in client.get("/me").text


def test_a_form_of_ours_passes_over_https_without_a_referrer(
    strict_app: Flask, client: FlaskClient, member: Membership
) -> None:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/", base_url="https://localhost").text)
    assert token
    for value, status in ((token[1], 302), ("forged", 400)):
        answer = client.post("/language", data={"locale": "en", "csrf_token": value}, base_url="https://localhost")
        assert answer.status_code == status


def test_a_token_of_another_session_does_not_pass(strict_app: Flask, member: Membership) -> None:
    ours, theirs = as_member(strict_app.test_client(), member), strict_app.test_client()
    ours.get("/me")
    token = re.search(r'name="csrf_token" value="([^"]+)"', theirs.get("/sign-in").text)
    assert token
    assert ours.post("/sign-out", data={"csrf_token": token[1]}).status_code == 400
    assert ours.get("/me").status_code == 200


# --- A read cannot write ---------------------------------------------------------------------------------------------


def add_writing_page(app: Flask) -> None:
    """A page that writes whatever the method, as a mistake would."""

    @access(Access.PUBLIC)
    def write() -> str:
        make_person("written@promotion.example")
        return "written"

    app.add_url_rule("/write", view_func=write, methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)


@pytest.mark.both_databases
@pytest.mark.own_app
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_the_database_refuses_a_write_in_a_read(app: Flask, client: FlaskClient, method: str) -> None:
    add_writing_page(app)
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        client.open("/write", method=method)
    assert db.session.query(Person).count() == 0
    db.session.rollback()
    assert client.post("/write").text == "written", "the same page may write when it is a POST"
    assert db.session.query(Person).count() == 1


@pytest.mark.both_databases
def test_after_a_read_the_same_connection_writes_again(app: Flask, client: FlaskClient, member: Membership) -> None:
    as_member(client, member)
    for _ in range(3):
        assert client.get("/me").status_code == 200
        assert client.post("/language", data={"locale": "en"}).status_code == 302
    assert db.session.query(Person).one().locale == "en"


# --- What goes wrong -------------------------------------------------------------------------------------------------


def break_a_page(app: Flask) -> None:
    @access(Access.PUBLIC)
    def broken(secret: str) -> str:
        make_person(ADDRESS)
        return str(make_person(ADDRESS))

    app.add_url_rule("/broken/<secret>", view_func=broken, methods=["GET", "POST"])
    app.config["PROPAGATE_EXCEPTIONS"] = False


@pytest.mark.own_app
def test_a_broken_page_says_so_in_our_own_words(app: Flask, client: FlaskClient, member: Membership) -> None:
    break_a_page(app)
    answer = as_member(client, member).post("/broken/4711")
    assert answer.status_code == 500
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text
    assert ADDRESS not in answer.text
    assert client.get("/me").status_code == 200


@pytest.mark.own_app
def test_the_log_of_a_broken_page_holds_no_secret_and_no_address(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    break_a_page(app)
    with caplog.at_level(logging.DEBUG):
        assert client.get("/broken/4711-the-secret?reader=token-of-a-letter").status_code == 500
    assert "Exception on /broken/<secret> [GET]" in caplog.text
    for secret in ("4711-the-secret", "token-of-a-letter", ADDRESS):
        assert secret not in caplog.text


def test_the_log_of_refused_attempts_holds_no_address(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], attempts_per_source=20)
    with caplog.at_level(logging.DEBUG):
        answers = [client.post("/sign-in", data={"email": ADDRESS}) for _ in range(21)]
    assert answers[-1].status_code == 429
    assert "exceeded" in caplog.text
    assert ADDRESS not in caplog.text


@SQLITE
def test_a_site_without_its_database_still_says_so(
    app: Flask, client: FlaskClient, member: Membership, sqlite_path: Path
) -> None:
    as_member(client, member)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    db.session.remove()
    db.engine.dispose()
    sqlite_path.write_bytes(b"not a database any more" * 100)
    for answer in (client.get("/me"), client.get("/promotion-3/weeks"), client.post("/language")):
        assert answer.status_code == 500
        assert "<h1>" in answer.text


@SQLITE
@pytest.mark.own_app
def test_a_database_that_is_away_is_an_outage_and_says_when_to_come_back(
    app: Flask, client: FlaskClient, member: Membership, sqlite_path: Path
) -> None:
    as_member(client, member)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    db.session.remove()
    db.engine.dispose()
    away = sqlite_path.with_suffix(".away")
    sqlite_path.rename(away)
    sqlite_path.mkdir()
    try:
        answers = [client.get("/me"), client.get("/promotion-3/weeks"), client.get("/")]
    finally:
        sqlite_path.rmdir()
        away.rename(sqlite_path)
    for answer in answers:
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "Le site est momentanément en panne" in answer.text
    assert client.get("/me").status_code == 200


def is_bare(page: str) -> bool:
    """Whether it is the page for 500 that depends on nothing, with some number."""
    before, after = BARE_PAGE.split("{number}")
    return page.startswith(before.format(status=500)) and page.endswith(after) and "{" not in page


@SQLITE
@pytest.mark.own_app
def test_a_site_without_templates_theme_or_database_still_says_so(
    app: Flask, client: FlaskClient, member: Membership, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_member(client, member)
    break_a_page(app)
    app.jinja_env.loader = DictLoader({})
    app.jinja_env.cache.clear()
    app.static_folder = "/no/such/folder"
    for path in ("/promotion-3/weeks", "/no/such/page", "/me", "/broken/4711", "/unsubscribe/forged"):
        answer = client.get(path)
        assert (answer.status_code, answer.mimetype) == (500, "text/html"), path
        assert is_bare(answer.text)
    db.session.remove()
    db.engine.dispose()
    sqlite_path.write_bytes(b"not a database any more" * 100)
    assert is_bare(client.get("/me").text)


@SQLITE
@pytest.mark.own_app
def test_a_theme_that_is_gone_breaks_no_error_page(app: Flask, client: FlaskClient) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], theme="gone")
    answer = client.get("/sign-in")
    assert answer.status_code == 500
    assert is_bare(answer.text)


def test_the_bare_page_is_in_both_languages_and_asks_for_nothing() -> None:
    assert '<html lang="fr">' in BARE_PAGE
    assert '<div lang="en">' in BARE_PAGE
    for needed in ("http", "src=", "href=", "style", "<script"):
        assert needed not in BARE_PAGE
