"""What a million marks cost, on each database: seeded once, then looked at and crowded."""

from __future__ import annotations

from tests.bench import readers, reading
from tests.bench.databases import ENGINES
from tests.bench.timing import show


def tables() -> list[bool]:
    """Print a table a database and subject; whether each was kept."""
    kept = []
    for engine, database in ENGINES.items():
        with database("many") as many, database("few") as few:
            reading.live_a_million(many)
            kept.append(show(f"{engine}: a million marks", reading.measure(many, few)))
            kept.append(show(f"{engine}: after a digest", readers.measure(many)))
    return kept
