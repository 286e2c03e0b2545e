"""The addresses of the site's own files change with their content, and only with it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app.assets import IMMUTABLE

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def test_a_page_names_its_files_with_their_versions_and_a_browser_keeps_them(client: FlaskClient) -> None:
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)
    assert len(addresses) >= 4
    for address in addresses:
        answer = client.get(address, buffered=True)
        assert re.search(r"\?v=[0-9a-f]{12}$|\.[0-9a-f]{12}\.woff2$", address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, IMMUTABLE)


def test_a_file_without_a_version_is_asked_for_again(client: FlaskClient) -> None:
    assert client.get("/static/product.css", buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.own_app
def test_a_file_that_was_replaced_is_kept_by_nobody_under_the_address_of_the_old_one(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    app.static_folder = str(tmp_path)
    (tmp_path / "one.css").write_text("a")
    with app.app_context(), app.test_request_context():
        address = url_for("static", filename="one.css")
    assert client.get(address, buffered=True).headers["Cache-Control"] == IMMUTABLE
    (tmp_path / "one.css").write_text("b")
    assert client.get(address, buffered=True).headers["Cache-Control"] == "no-cache"


@pytest.mark.own_app
def test_an_address_changes_with_the_content_of_its_file(app: Flask, tmp_path: Path) -> None:
    app.static_folder = str(tmp_path)
    (tmp_path / "one.css").write_text("a")
    with app.test_request_context():
        first = url_for("static", filename="one.css")
        assert url_for("static", filename="one.css") == first
        (tmp_path / "one.css").write_text("b")
        os.utime(tmp_path / "one.css", (1, 1))  # another moment, however quick we are
        assert url_for("static", filename="one.css") != first
        assert first.startswith("/static/one.css?v=")


def test_an_address_stands_under_the_path_that_the_site_is_served_from(app: Flask) -> None:
    with app.app_context(), app.test_request_context(environ_overrides={"SCRIPT_NAME": "/bulletins"}):
        assert url_for("static", filename="menu.js").startswith("/bulletins/static/menu.js?v=")
    with app.app_context(), app.test_request_context():
        assert url_for("static", filename="menu.js").startswith("/static/menu.js?v=")
