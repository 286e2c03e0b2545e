"""SECRET_KEY is changed: what the key before signed holds while SECRET_KEY_FALLBACKS names it, and ends with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from time_machine import Traveller

from app.database import db
from app.digests.service import issue
from app.letters.bounces.acting import BounceCounts
from app.letters.bounces.service import read_bounces
from app.letters.delivery import deliver
from app.readership.auto_marking import serve_page
from app.security import sign, unsign
from app.weeks import Week
from tests.builders import make_bulletin, make_member, make_promotion, make_team
from tests.fixtures.relay import Relay
from tests.fixtures.site import as_member, make_config, running_app

OLD, NEW = "old-key-dZ4nQ8vK2xR7tW1yB6mJ9pL3", "new-key-hF5cG0sX8uA4eN7iV2oT6kD1"
ADDRESS = "lea@jachere.example"
FRIDAY = datetime(2019, 3, 8, 14, 5, tzinfo=UTC)
REPORT = """\
From: mailer-daemon@relay.example
To: {to}
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=cut

--cut
Content-Type: text/plain

Undelivered.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: delayed
Status: 4.4.1
Diagnostic-Code: smtp; 451 4.4.1 {text}

--cut--
"""


def signed_with_the_old_key(database: str, relay: Relay, clock: Traveller) -> dict[str, str]:
    """A cookie of a session, a token of a form, the links and the envelope of a letter, a token of a served page."""
    for app in running_app(make_config(database_url=database, smtp_url=relay.url, secret_key=OLD)):
        promotion = make_promotion()
        member = make_member(promotion, team=make_team(promotion, "Jachère"), email=ADDRESS)
        make_bulletin(member.team, "2019-W10")
        clock.move_to(FRIDAY)
        digest = issue(promotion, Week.parse("2019-W10"), now=FRIDAY)
        deliver()
        (letter,) = relay.messages
        client = as_member(app.test_client(), member)
        form = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me").text)
        cookie = client.get_cookie("session")
        reader = re.search(r"reader=([\w.-]+)", letter.text)
        leaving = re.search(r"/unsubscribe/([\w.-]+)", letter.text)
        assert form and cookie and reader and leaving
        signed = {
            "cookie": cookie.value,
            "form": form[1],
            "reader": reader[1],
            "unsubscribe": leaving[1],
            "served": serve_page(member, digest.id, "text", FRIDAY).token,
            "envelope": letter.envelope_from,
        }
    return signed


def what_holds(app: Flask, signed: dict[str, str], folder: Path) -> dict[str, bool]:
    """Which of the things signed are taken by `app`."""
    app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
    client = app.test_client()
    client.set_cookie("session", signed["cookie"])
    report = REPORT.format(to=signed["envelope"], address=ADDRESS, text=folder.name)
    (folder / "bounce.eml").write_text(report)
    language = client.post("/language", data={"locale": "fr", "csrf_token": signed["form"]})
    client.set_cookie("session", signed["cookie"])
    return {
        "cookie": client.get("/me").status_code == 200,
        "form": language.status_code == 302,
        "reader": client.get(f"/promotion-3/digests/2019-W10?reader={quote(signed['reader'])}").status_code == 200,
        "unsubscribe": client.get(f"/unsubscribe/{signed['unsubscribe']}").status_code == 200,
        "served": unsign("served", signed["served"]) is not None,
        "envelope": read_bounces(folder, FRIDAY) == BounceCounts(noted=1),
    }


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_the_key_before_signed_holds_while_it_is_named_and_no_longer(
    database: str, relay: Relay, clock: Traveller, tmp_path: Path
) -> None:
    signed = signed_with_the_old_key(database, relay, clock)
    keys = (((OLD,), True), (("another-key-before-that-one-of-32", OLD), True), ((), False))
    for number, (fallbacks, holds) in enumerate(keys):
        config = make_config(database_url=database, smtp_url=relay.url, secret_key=NEW, secret_key_fallbacks=fallbacks)
        for app in running_app(config):
            clock.move_to(FRIDAY)
            folder = tmp_path / f"bounces-{number}"
            folder.mkdir()
            assert what_holds(app, signed, folder) == dict.fromkeys(signed, holds), fallbacks
            db.session.rollback()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_new_key_signs(database: str, relay: Relay, clock: Traveller) -> None:
    """So that the old one can be left out once what it signed has expired."""
    both = make_config(database_url=database, smtp_url=relay.url, secret_key=NEW, secret_key_fallbacks=(OLD,))
    for app in running_app(both):
        token = sign("reader", [1, 2, 3])
        client = app.test_client()
        form = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
        cookie = client.get_cookie("session")
        assert form and cookie
    for app in running_app(make_config(database_url=database, smtp_url=relay.url, secret_key=NEW)):
        assert unsign("reader", token) == [1, 2, 3]
        app.config.update(WTF_CSRF_ENABLED=True, WTF_CSRF_METHODS={"POST"})
        client = app.test_client()
        client.set_cookie("session", cookie.value)
        assert client.post("/language", data={"locale": "fr", "csrf_token": form[1]}).status_code == 302
