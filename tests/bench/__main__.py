"""`make bench`: every measure in tables, or those named: `python -m tests.bench pages`. Status 1: a bound is missed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.bench import composing, databases, growth, letters, pages, promotions, years_of_reading
from tests.bench.timing import show


def pages_of_a_promotion() -> Iterator[bool]:
    with databases.sqlite("pages") as url:
        yield show("Pages of 16 teams against a bare route", pages.measure(url))


def composing_a_digest() -> Iterator[bool]:
    with databases.sqlite("composing") as url:
        yield show("Composing the digest", composing.measure(url))


def sending_letters() -> Iterator[bool]:
    yield show("2,000 letters: milliseconds a letter against bare smtplib", letters.measure())


def growing_editions() -> Iterator[bool]:
    for database in databases.ENGINES:
        yield show("Freeze against a bare bulk insert", growth.measure_freeze(database))
    yield show("Peak memory of a worker", growth.measure_memory(), "MB", 1024)


def many_promotions() -> Iterator[bool]:
    for engine, database in databases.ENGINES.items():
        with database("many") as many, database("few") as few:
            yield show(f"{engine}: 350,000 bulletins in 200 promotions against one", promotions.measure(many, few))


MEASURES: dict[str, Callable[[], Iterator[bool]]] = {
    "pages": pages_of_a_promotion,
    "composing": composing_a_digest,
    "letters": sending_letters,
    "growth": growing_editions,
    "promotions": many_promotions,
    "reading": lambda: iter(years_of_reading.tables()),
}


def main(names: list[str]) -> int:
    """Run the measures named, or every one."""
    kept = [one for name in names or MEASURES for one in MEASURES[name]()]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
