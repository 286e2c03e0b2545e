"""Answers are compressed for who takes that; what they say, and what a browser may keep of them, is the same."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask, Response, url_for
from flask.testing import FlaskClient
from time_machine import Traveller

from app.assets import FACE
from app.compression import BLUR
from tests.builders import make_member, make_promotion
from tests.fixtures.site import as_member

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
TRANSFERRED = 60 * 1024  # bytes at most, of anything


def test_a_page_is_compressed_for_who_takes_it(client: FlaskClient) -> None:
    plain, answer = client.get("/accessibility"), client.get("/accessibility", headers=GZIP)
    assert (plain.headers.get("Content-Encoding"), answer.headers["Content-Encoding"]) == (None, "gzip")
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(plain.data) / 2
    assert "Déclaration d’accessibilité" in gzip.decompress(answer.data).decode()
    refused = client.get("/accessibility", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


def test_the_length_of_a_page_tells_nothing(client: FlaskClient) -> None:
    lengths = {len(client.get("/accessibility", headers=GZIP).data) for _ in range(8)}
    assert len(lengths) > 2
    assert max(lengths) - min(lengths) <= BLUR + 40


def test_a_token_is_another_a_second_later(client: FlaskClient, clock: Traveller) -> None:
    """So that its signature cannot be guessed from the lengths of many pages."""
    as_member(client, make_member(make_promotion()))
    client.application.config["WTF_CSRF_ENABLED"] = True
    tokens = [TOKEN.findall(client.get("/me").text)[0]]
    clock.shift(1)
    tokens += TOKEN.findall(client.get("/me").text)[:1]
    assert tokens[0].rpartition(".")[2] != tokens[1].rpartition(".")[2]


def test_the_sites_own_files_are_compressed_and_kept(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = url_for("static", filename="product.css")
    answer = client.get(address, headers=GZIP, buffered=True)
    assert (answer.headers["Content-Encoding"], answer.headers["Cache-Control"].split(", ")[-1]) == (
        "gzip",
        "immutable",
    )
    assert gzip.decompress(answer.data) == client.get(address, buffered=True).data
    again = client.get(address, headers={**GZIP, "If-None-Match": answer.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")


def test_an_answer_that_nothing_has_changed_varies_as_the_file_does(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = url_for("static", filename="product.css")
    etag = client.get(address, headers=GZIP, buffered=True).headers["ETag"]
    unchanged = client.get(address, headers=GZIP | {"If-None-Match": etag}, buffered=True)
    assert unchanged.status_code == 304
    assert "Accept-Encoding" in unchanged.headers["Vary"]


def test_what_gains_nothing_stays_as_it_is(client: FlaskClient) -> None:
    for path in ("/static/icons/mark.svg", f"/static/{FACE}", "/healthz"):
        answer = client.get(path, headers=GZIP, buffered=True)
        assert "Content-Encoding" not in answer.headers, path
    part = client.get("/static/product.css", headers={**GZIP, "Range": "bytes=0-2000"}, buffered=True)
    assert (part.status_code, part.headers.get("Content-Encoding")) == (206, None)


@pytest.mark.own_app
def test_a_stream_passes_through(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule(
        "/sign-in/stream", endpoint="stream", view_func=lambda: Response(iter(["a" * 9999]), mimetype="text/csv")
    )
    app.view_functions["stream"].access = app.view_functions["teams.sign_in"].access  # type: ignore[attr-defined]
    answer = client.get("/sign-in/stream", headers=GZIP)
    assert ("Content-Encoding" in answer.headers, len(answer.data)) == (False, 9999)


def test_no_file_of_the_site_is_heavy(app: Flask, client: FlaskClient) -> None:
    files = [path for path in Path(str(app.static_folder)).rglob("*") if path.is_file()]
    assert len(files) > 20
    sizes = {
        str(path.name): len(
            client.get(f"/static/{path.relative_to(str(app.static_folder))}", headers=GZIP, buffered=True).data
        )
        for path in files
    }
    assert {name: size for name, size in sizes.items() if size > TRANSFERRED} == {}
