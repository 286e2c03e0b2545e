"""`/healthz` says 200 only when the site can do its work: read, write, render, on the right schema."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import NullPool, create_engine, select, text
from sqlalchemy.engine import make_url
from time_machine import Traveller

from app.clock import now
from app.database import db
from app.operations.health import failures
from app.operations.models import HealthProbe
from app.version import product_version
from tests.builders import make_member, make_promotion
from tests.fixtures.database import OnEngine
from tests.fixtures.site import as_member, make_config, running_app


@pytest.fixture(autouse=True)
def nothing_failed_before() -> None:
    failures.forget()


def refused(client: FlaskClient) -> str:
    """Why the site says that it is not well."""
    answer = client.get("/healthz")
    assert answer.status_code == 503, answer.text
    return answer.text.strip()


@pytest.mark.both_databases
def test_a_site_that_is_well_says_so_with_its_version_and_writes(app: Flask, client: FlaskClient) -> None:
    for _ in range(2):
        answer = client.get("/healthz")
        assert answer.status_code == 200
        assert answer.text.splitlines()[:2] == ["ok", f"Bulletins {product_version()}"]
    assert len(db.session.scalars(select(HealthProbe)).all()) == 1


@pytest.mark.both_databases
def test_whoever_asks_without_end_makes_it_write_every_few_seconds(
    app: Flask, client: FlaskClient, clock: Traveller
) -> None:
    written = []
    for _second in range(11):
        assert client.get("/healthz").status_code == 200
        written.append(db.session.scalars(select(HealthProbe.written_at)).one())
        db.session.rollback()
        clock.shift(1)
    assert len(set(written)) == 3, "at 0, 5 and 10 seconds"
    clock.shift(-3600)  # a clock that was put right
    before = now()
    assert client.get("/healthz").status_code == 200
    assert db.session.scalars(select(HealthProbe.written_at)).one() >= before


@pytest.mark.both_databases
@pytest.mark.parametrize("schema", ["UPDATE alembic_version SET version_num = '0001'", "DELETE FROM alembic_version"])
def test_another_schema_than_this_version_needs_is_told(app: Flask, client: FlaskClient, schema: str) -> None:
    with db.engine.begin() as connection:
        right = connection.scalar(text("SELECT version_num FROM alembic_version"))
        connection.execute(text(schema))
    try:
        assert "run flask db upgrade" in refused(client)
    finally:
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:right)"), {"right": right})
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_database_that_takes_nothing_is_told(
    app: Flask, client: FlaskClient, on_engine: OnEngine, caplog: pytest.LogCaptureFixture
) -> None:
    on_engine("checkout", lambda c, *_: c.execute("PRAGMA max_page_count = 1"))
    on_engine("begin", lambda c: c.exec_driver_sql("PRAGMA query_only = ON"))
    assert refused(client) == "the database takes nothing"
    assert "readonly" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_log_says_when_an_outage_is_over(
    app: Flask, client: FlaskClient, on_engine: OnEngine, caplog: pytest.LogCaptureFixture
) -> None:
    is_away = True
    on_engine("begin", lambda c: c.exec_driver_sql(f"PRAGMA query_only = {'ON' if is_away else 'OFF'}"))
    assert refused(client) == "the database takes nothing"
    assert "works again" not in caplog.text
    is_away = False
    assert client.get("/healthz").status_code == 200
    assert "the database works again, after" in caplog.text


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_that_is_read_only_is_told(app: Flask, client: FlaskClient, database: str) -> None:
    url = make_url(database)
    admin = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = on'))
        db.session.remove()
        db.engine.dispose()
        try:
            assert refused(client) == "the database takes nothing"
        finally:
            connection.execute(text("SET default_transaction_read_only = off"))
            connection.execute(text(f'ALTER DATABASE "{url.database}" RESET default_transaction_read_only'))
            db.engine.dispose()
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_told(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=1024 * 1024))
    assert refused(client) == "the disk is full"


@pytest.mark.own_app
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_page_that_cannot_be_rendered_is_told(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    app.static_folder = "/nowhere"  # no style sheet: what a theme that is not installed does
    with caplog.at_level(logging.ERROR):
        assert refused(client) == "a page cannot be rendered"
    assert "FileNotFoundError" in caplog.text


def test_a_database_that_is_away_is_told_without_where_it_is(tmp_path: Path) -> None:
    url = "postgresql+psycopg://bulletins:secret@127.0.0.1:1/bulletins"
    for app in running_app(make_config(database_url=url)):
        text = refused(app.test_client())
        assert text == "the database does not answer"


def test_the_version_is_at_the_foot_of_members_pages(app: Flask, client: FlaskClient) -> None:
    assert "Version" not in client.get("/").text
    assert f"Version {product_version()}" in as_member(client, make_member(make_promotion())).get("/").text
