"""The development mailbox: a real SMTP server that keeps what it gets, and the pages to read it."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.development.mailbox import find_stored_letter, list_letters
from app.development.smtp import LOOPBACK, LoopbackServer, MailboxHandler
from tests.fixtures.site import make_config, running_app

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TEXT = "Bonjour,\n\nlisez ici : http://localhost/sign-in/a-secret.\n"
HTML = '<html lang="fr"><head></head><body><p>Bonjour</p><script>alert(1)</script></body></html>'


@pytest.fixture
def server(tmp_path: Path) -> Iterator[LoopbackServer]:
    server = LoopbackServer(MailboxHandler(tmp_path / "letters"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    yield from running_app(make_config(database_url=database, development_mailbox=tmp_path / "letters"))


def send(server: LoopbackServer, subject: str) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Bulletins <b@localhost>", "camille@défi.example", subject
    letter["Date"] = "Fri, 08 Mar 2019 14:05:00 +0000"
    letter.set_content(TEXT)
    letter.add_alternative(HTML, subtype="html")
    with smtplib.SMTP(LOOPBACK, server.port) as connection:
        connection.sendmail("bounces@localhost", ["camille@localhost"], letter.as_bytes(policy=SMTP))
    return letter.as_bytes(policy=SMTP)


def test_a_letter_is_kept_as_it_came_with_its_envelope_noted(server: LoopbackServer, tmp_path: Path) -> None:
    sent = send(server, "Semaine 10")
    [letter] = list_letters(tmp_path / "letters")
    head = b"Return-Path: <bounces@localhost>\r\nDelivered-To: camille@localhost\r\n"
    assert letter.raw == head + sent


@ON_SQLITE
def test_the_newest_letter_comes_first(server: LoopbackServer, client: FlaskClient) -> None:
    for subject in ("Première", "Deuxième", "Troisième"):
        send(server, subject)
    page = client.get("/mailbox").text
    assert page.index("Troisième") < page.index("Deuxième") < page.index("Première")


@ON_SQLITE
def test_the_page_of_a_letter_shows_its_parts_its_headers_and_its_links(
    server: LoopbackServer, client: FlaskClient
) -> None:
    send(server, "Semaine 10")
    page = client.get("/mailbox/000001.eml").text
    assert "lisez ici" in page
    assert "Return-Path: &lt;bounces@localhost&gt;" in page
    assert 'href="http://localhost/sign-in/a-secret"' in page
    assert 'src="/mailbox/000001.eml/html"' in page
    assert "alert(1)" not in page


@ON_SQLITE
def test_the_html_part_can_run_nothing_and_fetch_nothing(server: LoopbackServer, client: FlaskClient) -> None:
    send(server, "Semaine 10")
    response = client.get("/mailbox/000001.eml/html")
    policy = [part.strip() for part in response.headers["Content-Security-Policy"].split(";")]
    assert policy == [
        "sandbox allow-top-navigation-by-user-activation",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "frame-ancestors 'self'",
    ]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


@ON_SQLITE
def test_the_html_part_is_shown_as_it_came_but_its_links_leave_the_frame(
    server: LoopbackServer, client: FlaskClient
) -> None:
    send(server, "Semaine 10")
    shown = client.get("/mailbox/000001.eml/html").text
    assert shown.strip() == HTML.replace("<head>", '<head><base target="_top">')


@ON_SQLITE
@pytest.mark.parametrize("name", ["000002.eml", "..%2Fsecret.eml", "000001.part"])
@pytest.mark.parametrize("part", ["", "/html"])
def test_a_letter_that_is_not_there_is_a_page_that_does_not_exist(
    server: LoopbackServer, client: FlaskClient, tmp_path: Path, name: str, part: str
) -> None:
    send(server, "Semaine 10")
    (tmp_path / "secret.eml").write_bytes(b"Subject: not yours\r\n\r\n")
    assert client.get(f"/mailbox/{name}{part}").status_code == 404


@ON_SQLITE
def test_an_empty_mailbox_says_so(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/mailbox").status_code == 200
    assert list_letters(tmp_path / "letters") == []
    assert find_stored_letter(tmp_path / "letters", "000001.eml") is None


@ON_SQLITE
def test_without_the_setting_there_is_no_mailbox(database: str) -> None:
    for app in running_app(make_config(database_url=database)):
        assert "development.mailbox" not in app.view_functions
