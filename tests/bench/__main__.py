"""`make bench`: every measure, in tables. Exit status 1 when a bound is missed."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import composing, pages, years_of_reading
from tests.bench.timing import show


def main() -> int:
    """Run every measure."""
    with TemporaryDirectory() as folder:
        kept = [
            show("Pages of 16 teams against a bare route", pages.measure(f"sqlite:///{Path(folder) / 'pages.sqlite'}")),
            show("Composing the digest", composing.measure(f"sqlite:///{Path(folder) / 'composing.sqlite'}")),
        ]
    kept += years_of_reading.tables()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
