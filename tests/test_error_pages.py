"""Every error has a page that says what to do, in both languages, with a number that the log has, too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from time_machine import Traveller

from app.access import Access, access
from app.maintenance import FILE
from tests.builders import make_member, make_promotion, make_team
from tests.fixtures.site import as_member

NUMBER = re.compile(r"<strong>([2-9A-Z]{6})</strong>")
MB = 1024 * 1024
HEADINGS = {
    400: ("Nous n’avons pas compris", "This could not be understood"),
    403: ("Vous n’avez pas accès à cette page", "You do not have access to this page"),
    404: ("Cette page n’existe pas", "This page does not exist"),
    409: ("Quelque chose a changé entre-temps", "This has changed in the meantime"),
    410: ("Cette page n’existe plus", "This page is gone"),
    413: ("C’est trop long", "That is too long"),
    429: ("Trop de tentatives", "Too many attempts"),
    500: ("Une erreur s’est produite de notre côté", "Something went wrong on our side"),
    503: ("Le site est momentanément en panne", "The site is out of order for a moment"),
}


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@access(Access.PUBLIC)
def broken(status: int, secret: str) -> str:
    abort(status)  # a LookupError for what is no status of an error


def heading(page: str) -> str:
    return re.sub(r"\s+", " ", re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1])  # type: ignore[index]


@pytest.mark.own_app
def test_a_page_says_what_happened_and_the_log_has_its_number(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.add_url_rule("/broken/<int:status>/<secret>", endpoint="broken", view_func=broken)
    for status, headings in HEADINGS.items():
        for locale, expected in zip(("fr", "en"), headings, strict=True):
            caplog.clear()
            answer = client.get(f"/broken/{status}/abc", headers={"Accept-Language": locale})
            assert (answer.status_code, heading(answer.text)) == (status, expected)
            number = NUMBER.search(answer.text)
            assert number
            told = [record.getMessage() for record in caplog.records if number[1] in record.getMessage()]
            assert told
            assert not any("abc" in line for line in told), "the URL holds a secret"


@pytest.mark.own_app
def test_a_fault_of_ours_is_logged_under_the_number_of_its_page(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.add_url_rule("/broken/<int:status>/<secret>", endpoint="broken", view_func=broken)
    number = NUMBER.search(client.get("/broken/1/abc").text)
    assert number
    assert [number[1] in r.getMessage() for r in caplog.records if r.exc_info] == [True]


def test_a_post_of_thirty_megabytes_is_answered_in_words(client: FlaskClient, clock: Traveller) -> None:
    promotion = make_promotion()
    as_member(client, make_member(promotion, "eig", make_team(promotion, "CartoBio")))
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=cut"):
        answer = client.post("/promotion-3/bulletin", data=b"a" * 30 * MB, content_type=content_type)
        assert (answer.status_code, heading(answer.text)) == (413, "C’est trop long")


def test_a_member_who_is_lost_keeps_the_menu(client: FlaskClient, clock: Traveller) -> None:
    as_member(client, make_member(make_promotion()))
    assert "Ma semaine" in client.get("/nowhere/at-all").text
    assert "Ma semaine" not in client.application.test_client().get("/nowhere/at-all").text


@pytest.mark.own_app
def test_while_the_site_is_maintained_every_page_says_so(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    app.instance_path = str(tmp_path)
    assert client.get("/").status_code == 200
    (tmp_path / FILE).touch()
    for method, path in (("GET", "/"), ("POST", "/promotion-3/bulletin"), ("GET", "/nowhere/at-all")):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
        assert heading(answer.text) == "Le site est en maintenance"
    assert client.get("/static/product.css", buffered=True).status_code == 200
    (tmp_path / FILE).unlink()
    assert client.get("/").status_code == 200
