"""What every test may ask for; the fixtures stand in `tests/fixtures/`, what they build in `tests/builders.py`."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

os.environ["FLASK_SKIP_DOTENV"] = "1"  # whatever a developer's .env names is not for tests

# How long something may take is a test of its own: on a busy machine a single example proves nothing.
settings.register_profile("without_deadline", deadline=None)
settings.load_profile("without_deadline")

pytest_plugins = [
    "tests.fixtures.needs",
    "tests.fixtures.clock",
    "tests.fixtures.csv_limit",
    "tests.fixtures.process_state",
    "tests.fixtures.postgresql",
    "tests.fixtures.database",
    "tests.fixtures.relay",
    "tests.fixtures.site",
]

FIRST = ("tests/crash/", "tests/readership/test_nobody_sees.py", "tests/walks/", "tests/year/")
SLOW_PARTS = {"database", "sqlite_template", "postgresql_server", "running_relay", "playwright"}  # fixtures


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what `-m` does not name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as long what only repeats on PostgreSQL what `make test` runs on SQLite, and what `make fast` leaves out.

    The tests that take longest come first: at the end no process then waits for what another has only begun.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(FIRST))
    on_sqlite = {_place(item) for item in items if _database(item) == "sqlite"}
    for item in items:
        repeats = _database(item) == "postgresql" and _place(item) in on_sqlite
        if repeats and not item.get_closest_marker("both_databases"):
            item.add_marker(pytest.mark.long)
        if not SLOW_PARTS.isdisjoint(item.fixturenames if isinstance(item, pytest.Function) else ()):
            item.add_marker(pytest.mark.slow_parts)


def pytest_collection_finish() -> None:
    """Let Python's collector pass over what lives to the end, thousands of tests: it takes a twentieth of the time."""
    gc.collect()
    gc.freeze()


def _database(item: pytest.Item) -> str | None:
    """The engine that the fixture `database` gives to this test, None for a test without one."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get("database")


def _place(item: pytest.Item) -> tuple[str, int | None]:
    """Where the function of this test is written: the same for all its parameters."""
    path, line, _name = item.location
    return path, line
