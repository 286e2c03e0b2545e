"""Databases to measure on: a SQLite file, and one on a PostgreSQL server of our own, as durable as in production."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from tests.fixtures.postgresql import new_database, start_server


@contextmanager
def sqlite(name: str) -> Iterator[str]:
    """The address of a new file."""
    with TemporaryDirectory(prefix="bulletins-bench-") as folder:
        yield f"sqlite:///{Path(folder) / name}.sqlite"


@contextmanager
def postgresql(name: str) -> Iterator[str]:
    """The address of a new database, on the server that `TEST_DATABASE_URL` names or on one out of the wheel."""
    with _server() as server, new_database(make_url(server), f"bulletins_bench_{os.getpid()}_{name}") as url:
        yield url.render_as_string(hide_password=False)


ENGINES = {"SQLite": sqlite, "PostgreSQL": postgresql}


@contextmanager
def _server() -> Iterator[str]:
    if named := os.environ.get("TEST_DATABASE_URL"):
        yield str(make_url(named).set(drivername="postgresql+psycopg").render_as_string(hide_password=False))
        return
    with TemporaryDirectory(prefix="bulletins-bench-") as folder:
        server = start_server(Path(folder))
        try:
            address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            yield address.render_as_string(hide_password=False)
        finally:
            server.stop()
