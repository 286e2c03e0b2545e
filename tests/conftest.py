"""What every test may ask for; the fixtures stand in `tests/fixtures/`, what they build in `tests/builders.py`."""

from __future__ import annotations

pytest_plugins = [
    "tests.fixtures.needs",
    "tests.fixtures.clock",
    "tests.fixtures.postgresql",
    "tests.fixtures.database",
    "tests.fixtures.relay",
    "tests.fixtures.site",
]
