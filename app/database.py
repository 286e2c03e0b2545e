"""The database: names of constraints, the types of our columns, and how a transaction begins.

A transaction that begins in a GET cannot write, by the database's own refusal; any other may. On SQLite a writer takes
its lock when its transaction begins, so that two writers wait for each other instead of failing half-way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, Date, DateTime, Delete, Dialect, Engine, Enum, Insert, MetaData, Update, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

from app.database_errors import mask_values
from app.sqlite_journal import fold_journal_at_exit
from app.weeks import Week

BUSY_TIMEOUT_MS = 10_000
WAL_SIZE_LIMIT = 16 * 1024 * 1024  # of SQLite's journal, which a large import makes grow and nothing else would shrink
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
DATABASE_ERRORS = (
    OperationalError,
    PoolTimeoutError,
)  # it takes nothing now: locked, full, away, or no connection left

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware timestamp, stored and returned in UTC. Raises ValueError for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive timestamp {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WeekColumn(TypeDecorator[Week]):
    """A `Week`, stored as its Monday."""

    impl = Date
    cache_ok = True

    def process_bind_param(self, value: Week | None, dialect: Dialect) -> date | None:  # noqa: ARG002
        return value.monday if value else None

    def process_result_value(self, value: date | None, dialect: Dialect) -> Week | None:  # noqa: ARG002
        return Week(value) if value else None


def enum_column(enum: type[StrEnum]) -> Enum:
    """Return the column type of `enum`: its values, stored as plain text and checked when bound."""
    return Enum(enum, native_enum=False, length=20, values_callable=lambda members: [m.value for m in members])


class Base(DeclarativeBase):
    """The base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={datetime: UtcDateTime, Week: WeekColumn},
    )


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:  # Flask-SQLAlchemy makes the class when it runs, which no type checker can follow
    Model = Base
else:
    Model = db.Model


def init_database(app: Flask, url: str, *, strict: bool) -> None:
    """Bind `db` to the database at `url`; with `strict`, SQLite flushes every commit to the disk."""
    parsed = make_url(url)
    if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    # or the log of a failed statement shows people's e-mail addresses
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"hide_parameters": True}
    db.init_app(app)
    app.teardown_appcontext(_end_transaction)
    with app.app_context():
        listen(db.engine, strict=strict)
        fold_journal_at_exit(db.engine)


def listen(engine: Engine, *, strict: bool) -> None:
    """Set up the connections and transactions of `engine` as the docstring of this module says."""
    event.listen(engine, "handle_error", mask_values)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _on_sqlite_connect(strict=strict))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)


def allow_writing() -> None:
    """Let what follows in this GET write: for an identity provider's answer, which comes as one (decision 3).

    Call it only once a secret in the visitor's own cookie has shown that they asked for it.
    """
    db.session.rollback()
    g.writes_in_get = True


def rows_changed(statement: Update | Delete) -> int:
    """Execute the statement; return how many rows it has changed or deleted."""
    return cast("CursorResult[Any]", db.session.execute(statement)).rowcount


def insert_or_ignore(model: type[Base], *key: str) -> Insert:
    """INSERT rows of `model`, skipping those whose `key` (the columns of a unique constraint) is taken."""
    return _dialect_insert(model).on_conflict_do_nothing(index_elements=key)


def insert_or_update(model: type[Base], key: str, values: Mapping[str, object]) -> Insert:
    """INSERT a row of `values`, or give the row that has its `key` (a unique column) the other values."""
    others = {name: value for name, value in values.items() if name != key}
    return _dialect_insert(model).values(**values).on_conflict_do_update(index_elements=[key], set_=others)


def _dialect_insert(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    return (postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert)(model)


def _is_read_only() -> bool:
    """Return whether the current request must not change anything."""
    return has_request_context() and request.method in SAFE_METHODS and not g.get("writes_in_get")


def _end_transaction(_error: BaseException | None) -> None:
    """End the transaction that the request left open; a connection lost by now must not fail a finished response."""
    try:
        db.session.close()  # its rows are read no more: to expire each, as rollback() does, would be for nobody
    except DBAPIError:
        db.session().invalidate()


def _on_sqlite_connect(*, strict: bool) -> Callable[[sqlite3.Connection, object], None]:
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # SQLAlchemy, not the driver, begins transactions
        for pragma in (
            "journal_mode = WAL",
            f"journal_size_limit = {WAL_SIZE_LIMIT}",
            "foreign_keys = ON",
            "secure_delete = ON",  # what was erased is in no free page of the file
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            f"synchronous = {'FULL' if strict else 'NORMAL'}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return connect


def _begin_sqlite(connection: Connection) -> None:
    read_only = _is_read_only()
    if connection.info.get("read_only") is not read_only:  # the pragma makes SQLite compile every statement anew
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.info["read_only"] = read_only
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if _is_read_only():
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
