"""A database without any table, for the migrations to build."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fixtures.postgresql import new_database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[str]:
    """The address of a database with nothing in it; takes the place of the one that has the tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bulletins.sqlite'}"
        return
    server = request.getfixturevalue("postgresql_server")
    with new_database(server, f"bulletins_migrations_{os.getpid()}_{worker_id}") as url:
        yield url.render_as_string(hide_password=False)
