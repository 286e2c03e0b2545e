"""What a digest of 20,000 letters costs: the memory of its worker, and its freeze against a bare bulk insert."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, insert, select
from sqlalchemy.engine import Row

from app import create_app
from app.database import db
from app.digests.models import Recipient
from app.letters.delivery import deliver
from app.letters.models import Letter
from config import Config
from tests.bench import databases
from tests.bench.sink import HOST, smtp_sink
from tests.bench.timing import Ratio, seconds
from tests.bench.written_week import FRIDAY, issue_digest, make_written_week
from tests.fixtures.database import make_tables
from tests.fixtures.site import make_config

MANY, FEW = 20_000, 1_000
AT_MOST_MEMORY, AT_MOST_FREEZE = 1.1, 3
RUNS = 3
LATER = timedelta(hours=1)  # the clock ran on while the week was made


def measure_memory() -> list[Ratio]:
    """The peak of a worker's memory at 20,000 letters against 1,000, in KB, each in a process of its own."""
    with smtp_sink() as port:
        peaks = [[_peak(members, port) for members in (MANY, FEW)] for _ in range(RUNS)]
    ratio = median(many / few for many, few in peaks)
    many, few = (median(side) for side in zip(*peaks, strict=True))
    return [Ratio("20,000 letters against 1,000", many, few, ratio, f"≤ {AT_MOST_MEMORY:g}", ratio <= AT_MOST_MEMORY)]


def measure_freeze(database: str) -> list[Ratio]:
    """Composing and writing 20,000 letters and recipients, against inserting the same rows and nothing else."""
    pairs = [_freeze(database) for _ in range(RUNS)]
    ratio = median(ours / bare for ours, bare in pairs)
    ours, bare = (median(side) for side in zip(*pairs, strict=True))
    what = f"{database}: freeze of 20,000 letters"
    return [Ratio(what, ours, bare, ratio, f"≤ {AT_MOST_FREEZE:g}", ratio <= AT_MOST_FREEZE)]


def _freeze(database: str) -> tuple[float, float]:
    with databases.ENGINES[database]("freeze") as url:
        make_tables(url)
        with create_app(make_config(database_url=url, now=FRIDAY)).app_context():
            promotion = make_written_week(MANY)
            ours = seconds(lambda: issue_digest(promotion), 1)
            rows = {model: db.session.execute(select(model.__table__)).all() for model in (Recipient, Letter)}
            for model in (Letter, Recipient):
                db.session.execute(model.__table__.delete())
            db.session.commit()
            bare = seconds(lambda: _insert(db.engine, rows), 1)
            db.session.remove()
            db.engine.dispose()
    return ours, bare


def _insert(engine: Engine, rows: dict[Any, list[Row[Any]]]) -> None:
    """All rows of a table in one statement, all in one transaction."""
    with engine.begin() as connection:
        for model, kept in rows.items():
            connection.execute(insert(model.__table__), [dict(row._mapping) for row in kept])


def _peak(members: int, port: int) -> int:
    with databases.sqlite("memory") as url:
        make_tables(url)
        with create_app(make_config(database_url=url, now=FRIDAY)).app_context():
            issue_digest(make_written_week(members))
            db.session.remove()
            db.engine.dispose()
        command = [sys.executable, "-m", "tests.bench.growth", url, f"smtp://{HOST}:{port}", str(members)]
        process = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    return int(process.stdout)


def _worker(url: str, relay: str, members: str) -> None:
    """A worker that sends what is due and says how much memory it took at its peak, in KB."""
    settings = {"DATABASE_URL": url, "SMTP_URL": relay, "NOW": (FRIDAY + LATER).isoformat()}
    with create_app(Config.from_env(settings)).app_context():
        assert deliver().sent == int(members)
    print(_own_peak())


def _own_peak() -> int:
    """In KB, of this program alone: `ru_maxrss` would begin with that of whoever started it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    _worker(*sys.argv[1:])
