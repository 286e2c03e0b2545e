"""Whether the site is well: it reads and writes its database, of the right schema, and can render a page."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, Executable, inspect, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.database import db, insert_or_update
from app.logs import DATABASE, FailureLog
from app.operations.models import HealthProbe

MIGRATIONS = Path(__file__).parents[2] / "migrations"
LEAST_SPACE = 4 * 1024 * 1024  # bytes free beside SQLite's file
WRITE_AFTER = timedelta(seconds=5)  # since the last row: anybody may ask for a check, as often as they like
PATIENCE_MS = 8_000  # for a lock: somebody who writes for seconds is no fault, and a monitor waits ten at most

failures = FailureLog(logging.getLogger(__name__))


class UnhealthyError(Exception):
    """The site is not well; the text says why, without what strangers need not know."""


def find_fault(render_page: Callable[[], object]) -> str:
    """Return what is wrong with the site, "" when nothing is; the log says more. `render_page` renders any page."""
    now = clock.now()
    for check in (check_schema, check_writing, lambda: _check_page(render_page)):
        try:
            check()
        except UnhealthyError as error:
            failures.failed("the health check", error.__cause__ or error, now)
            return str(error)
    for what in ("the health check", DATABASE):
        failures.succeeded(what, now)
    return ""


def check_schema() -> None:
    """Raise UnhealthyError unless the database answers and has the schema of this version."""
    try:
        found = find_schema()
    except SQLAlchemyError as error:
        db.session.rollback()
        raise UnhealthyError("the database does not answer") from error
    if found != expected_schema():
        advice = f"this version needs {expected_schema()}: run flask db upgrade, or the newer version"
        raise UnhealthyError(f"the schema of the database is {found or 'missing'}, {advice}")


def check_writing() -> None:
    """Raise UnhealthyError unless the database takes a row and, where it is a file, has some space left.

    A row is written at most every WRITE_AFTER, over all workers; between two the last one stands for the database.
    """
    engine, now = db.engine, clock.now()
    try:
        written_at = db.session.scalar(select(HealthProbe.written_at))
        if written_at is None or not timedelta(0) <= now - written_at < WRITE_AFTER:
            statement = insert_or_update(HealthProbe, "id", {"id": 1, "written_at": now})
            Context().run(_write, engine, statement)  # outside the request: a GET cannot write
    except SQLAlchemyError as error:
        raise UnhealthyError("the database takes nothing") from error
    free = free_space(engine)
    if free is not None and free < LEAST_SPACE:
        raise UnhealthyError("the disk is full")


def find_schema() -> str | None:
    """Return the revision of the database's schema; None when it has none."""
    connection = db.session.connection()
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


@cache
def expected_schema() -> str:
    """Return the revision that this version of the product works with: the last of its migrations."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 — a third of a second, and for nothing else on the site

    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def free_space(engine: Engine) -> int | None:
    """Return the bytes free where SQLite's file is; None for a server, whose disk is not ours to see."""
    file = engine.url.database
    return shutil.disk_usage(Path(file).parent).free if engine.dialect.name == "sqlite" and file else None


def _check_page(render_page: Callable[[], object]) -> None:
    try:
        render_page()
    except Exception as error:
        raise UnhealthyError("a page cannot be rendered") from error


def _write(engine: Engine, statement: Executable) -> None:
    with engine.connect() as connection, _impatient(connection), connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
        connection.execute(statement)


@contextmanager
def _impatient(connection: Connection) -> Iterator[None]:
    """Wait for PATIENCE_MS at most for SQLite's lock, which is taken as a transaction begins."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    before = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
    try:
        yield
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {before}")
