"""`make bench`: every measure in tables, or those named: `python -m tests.bench pages`. Status 1: a bound is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from tests.bench import (
    composing,
    databases,
    finding,
    growth,
    letters,
    many_promotions,
    pages,
    retrospective,
    templates,
    years_of_reading,
)
from tests.bench.timing import show


def pages_of_a_promotion() -> Iterator[bool]:
    with databases.sqlite("pages") as url:
        yield show("Pages of 16 teams against the same written plainly, CPU", pages.measure(url))


def a_retrospective() -> Iterator[bool]:
    with databases.sqlite("retrospective") as url:
        yield show("A retrospective of 20 teams and 44 weeks", retrospective.measure(url))


def templates_of_a_process() -> Iterator[bool]:
    with databases.sqlite("templates") as url:
        yield show("Every template in a new process, CPU", templates.measure(url), "s", 1)


def composing_a_digest() -> Iterator[bool]:
    with databases.sqlite("composing") as url:
        yield show("Composing the digest", composing.measure(url))


def sending_letters() -> Iterator[bool]:
    yield show("CPU a letter against bare smtplib", letters.measure())


def sending_far() -> Iterator[bool]:
    yield show("1,000 letters to a relay 50 ms away", letters.measure_far(), "s", 1)


def growing_digests() -> Iterator[bool]:
    for database in databases.ENGINES:
        yield show("Freeze against a bare bulk insert", growth.measure_freeze(database))
    yield show("Peak memory of a worker", growth.measure_memory(), "MB", 1024)


def many_promotions_together() -> Iterator[bool]:
    for engine, database in databases.ENGINES.items():
        with database("many") as many, database("few") as few:
            yield show(f"{engine}: among 350,000 bulletins against 1,760", many_promotions.measure(many, few))
    with databases.sqlite("log") as url, many_promotions.filled(url):
        yield show("SQLite's log", many_promotions.measure_log(url), "MB", 2**20)


def finding_texts() -> Iterator[bool]:
    for engine, database in databases.ENGINES.items():
        with database("finding") as url:
            yield show(f"{engine}: finding among {finding.BULLETINS:,} bulletins", finding.measure(url))


MEASURES: dict[str, Callable[[], Iterator[bool]]] = {
    "pages": pages_of_a_promotion,
    "retrospective": a_retrospective,
    "templates": templates_of_a_process,
    "composing": composing_a_digest,
    "letters": sending_letters,
    "far": sending_far,
    "growth": growing_digests,
    "promotions": many_promotions_together,
    "search": finding_texts,
    "reading": lambda: iter(years_of_reading.tables()),
}


def main() -> int:
    """Run the measures named, or every one."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure against references.")
    parser.add_argument("names", metavar="MEASURE", nargs="*", help=f"all by default; one of {', '.join(MEASURES)}")
    names = parser.parse_args().names
    if unknown := sorted(set(names) - set(MEASURES)):
        parser.error(f"no measure {unknown[0]}; there are {', '.join(MEASURES)}")
    kept = [one for name in names or MEASURES for one in MEASURES[name]()]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
