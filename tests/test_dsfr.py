"""The theme of the State: only on its sites, its files found, served and light, the demanded words at head and foot."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import dsfr
from app.assets import IMMUTABLE
from config import Config
from config_checks import find_dsfr
from config_files import ConfigError
from tests.fixtures.needs import state_design
from tests.fixtures.site import make_config, running_app
from tests.test_compression import GZIP, TRANSFERRED

STATE = {"THEME": "dsfr", "BASE_URL": "https://bulletins.numerique.gouv.fr"}
NAMED = re.compile(r'url\("?([^)"]+)"?\)')
FORMATS = (".woff2", ".svg")  # a browser of today asks for no other


@pytest.fixture
def folder() -> Path:
    return state_design()


@pytest.fixture
def state_app(folder: Path, sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copy(sqlite_template, tmp_path / "site.sqlite")
    yield from running_app(make_config(theme="dsfr", database_url=f"sqlite:///{tmp_path / 'site.sqlite'}"))


def faults(**changes: str) -> str:
    try:
        Config.from_env({**STATE, "APP_ENV": "development", **changes})
    except ConfigError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    "host", ["bulletins.example", "gouv.fr.example", "xgouv.fr", "bulletins.gouv.fr.", "192.0.2.1", "gouv.fr"]
)
def test_no_other_site_wears_the_states_clothes(folder: Path, host: str) -> None:
    for environment in ("development", "production"):
        assert "THEME: dsfr is the French State's own" in faults(BASE_URL=f"https://{host}", APP_ENV=environment)


def test_the_states_own_sites_do_and_whoever_looks_at_it_at_home(folder: Path) -> None:
    assert "THEME" not in faults()
    assert "THEME" not in faults(BASE_URL="http://127.0.0.1:5000")
    assert "THEME" in faults(BASE_URL="http://127.0.0.1:5000", APP_ENV="production")


def test_files_that_are_not_there_are_told_at_the_start(tmp_path: Path) -> None:
    assert "DSFR_PATH: the design system's files are not there" in faults(DSFR_PATH=str(tmp_path))


def test_a_folder_as_npm_has_it_is_found(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "dist").symlink_to(folder)
    assert find_dsfr(tmp_path) == tmp_path / "dist"
    assert find_dsfr(folder) == folder


def test_one_sheet_of_what_pages_use_is_served_and_light(folder: Path, state_app: Flask) -> None:
    client = state_app.test_client()
    sheet = f"/dsfr/{dsfr.version(folder)}/dsfr.css"
    page = client.get("/sign-in")
    assert sheet in page.text
    assert "img-src 'self' data:" in page.headers["Content-Security-Policy"]
    answer = client.get(sheet, headers=GZIP)
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert len(answer.data) <= TRANSFERRED
    css = gzip.decompress(answer.data).decode()
    named = {url for url in NAMED.findall(css) if not url.startswith("data:") and url.endswith(FORMATS)}
    assert len(named) > 20
    for url in named:
        assert client.get(f"/dsfr/{dsfr.version(folder)}/{url}", buffered=True).status_code == 200, url
    for strange in (
        "old/dsfr.css",
        f"{dsfr.version(folder)}/dsfr.module.min.js",
        f"{dsfr.version(folder)}/fonts/../README.md",
    ):
        assert client.get(f"/dsfr/{strange}").status_code == 404


def test_head_and_foot_are_those_that_the_state_demands(state_app: Flask) -> None:
    page = state_app.test_client().get("/sign-in", headers={"Accept-Language": "fr"}).text
    assert page.count("République<br>Française") == 2
    for name, url in dsfr.STATE_LINKS:
        assert f'href="{url}">{name}</a>' in page
    assert "Accessibilité\u00a0: non conforme" in page
    assert "style=" not in page


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_neutral_theme_has_none_of_it(client: FlaskClient) -> None:
    page = client.get("/sign-in")
    for mark in ("République", "gouv.fr", "/dsfr/"):
        assert mark not in page.text
    assert "data:" not in page.headers["Content-Security-Policy"]
    assert client.get("/dsfr/0/dsfr.css").status_code == 404
