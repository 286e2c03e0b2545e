"""A GET cannot write, a request gives its connection back, and SQLite's journal does not keep what an import needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, select, text
from sqlalchemy.exc import DBAPIError

from app.database import WAL_SIZE_LIMIT, db, listen
from app.teams.models import Promotion
from tests.builders import make_promotion

MEGABYTE = 1024 * 1024


@pytest.fixture
def site(app: Flask) -> Flask:
    """The site with one promotion, and every connection in the pool."""
    make_promotion(name="Promotion 3")
    db.session.remove()
    return app


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_request_that_reads_cannot_write(site: Flask, method: str) -> None:
    with site.app_context(), site.test_request_context("/", method=method):
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            db.session.execute(delete(Promotion))
        db.session.rollback()
        db.session.scalars(select(Promotion)).one().name = "Promotion 4"
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"):
            db.session.commit()
        db.session.rollback()
        with pytest.raises(DBAPIError, match=r"(?i)read-?only"), db.engine.begin() as connection:
            connection.execute(delete(Promotion))
    assert db.session.scalars(select(Promotion.name)).all() == ["Promotion 3"]


def test_a_connection_that_was_read_by_can_be_written_by_afterwards(site: Flask) -> None:
    for method in ("GET", "POST", "GET", "POST"):
        with site.app_context(), site.test_request_context("/", method=method):
            promotion = db.session.scalars(select(Promotion)).one()
            if method == "POST":
                promotion.name += "+"
                db.session.commit()
    assert db.session.scalars(select(Promotion.name)).all() == ["Promotion 3++"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_connection_is_given_back_also_by_a_request_that_failed(site: Flask, method: str) -> None:
    with pytest.raises(ZeroDivisionError), site.app_context(), site.test_request_context("/", method=method):
        assert db.session.scalars(select(Promotion)).all()
        assert checked_out() == 1
        1 / 0  # noqa: B018 — the failure
    assert checked_out() == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_second_of_two_writers_waits_as_it_begins(site: Flask) -> None:
    impatient = create_engine(db.engine.url, connect_args={"timeout": 0})
    listen(impatient, strict=False)
    with impatient.connect() as second:
        second.exec_driver_sql("PRAGMA busy_timeout = 0")
        second.rollback()
        with db.engine.begin(), pytest.raises(DBAPIError, match="locked"):
            second.execute(text("SELECT 1"))
        second.execute(text("SELECT 1"))
    impatient.dispose()


def test_the_journal_of_sqlite_shrinks_again_after_a_large_import(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'large.sqlite'}")
    listen(engine, strict=False)
    journal = tmp_path / "large.sqlite-wal"
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE imported (text BLOB)"))
        for _ in range(2 * WAL_SIZE_LIMIT // MEGABYTE):
            connection.execute(text("INSERT INTO imported VALUES (randomblob(:size))"), {"size": MEGABYTE})
    assert journal.stat().st_size > 2 * WAL_SIZE_LIMIT
    for _ in range(2):  # the first finds all of it in the database, and begins the journal anew
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO imported VALUES ('')"))
    assert journal.stat().st_size <= WAL_SIZE_LIMIT
    engine.dispose()


def checked_out() -> int:
    """How many of the engine's connections are in use."""
    count: int = db.engine.pool.checkedout()  # type: ignore[attr-defined]
    return count
