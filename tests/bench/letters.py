"""Sending a digest, rows and commits included: its CPU against bare `smtplib`'s, and its time to a relay far away."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from flask import Flask

from app import create_app
from app.database import db
from app.letters.delivery import deliver
from tests.bench import databases
from tests.bench.sink import HOST, smtp_sink
from tests.bench.slow_relay import slow_relay
from tests.bench.timing import RUNS, Ratio, seconds
from tests.bench.written_week import FRIDAY, issue_digest, make_written_week, queue_again
from tests.fixtures.database import make_tables
from tests.fixtures.site import make_config

LETTERS = 1000
SENDER, READER = "bounces@bulletins.example", "eig@bench.example"
TIMES_BARE = 5  # at most: the CPU of ours, in that of bare smtplib
CONNECTIONS = 4
FAR_AT_MOST = {False: 60, True: 30}  # seconds for LETTERS letters, by whether the relay offers PIPELINING


def measure() -> list[Ratio]:
    """CPU a letter on each database, on one connection and on several, as durable as in production."""
    letter = _letter()
    ratios = []
    with smtp_sink() as port:
        for database in databases.ENGINES:
            for connections in (1, CONNECTIONS):
                with _mailing(database, port, connections) as send:
                    what = f"{database}, {connections} connection{'s' if connections > 1 else ''}"
                    ratios.append(_compare(what, send, lambda: _bare(port, letter)))
    return ratios


def measure_far() -> list[Ratio]:
    """Seconds for a digest's letters to a relay 50 ms away, against the bound itself."""
    ratios = []
    for pipelining, bound in FAR_AT_MOST.items():
        with slow_relay(pipelining=pipelining) as port, _mailing("SQLite", port, CONNECTIONS) as send:
            taken = seconds(send, 1, perf_counter)
        what = f"{LETTERS} letters, {CONNECTIONS} connections, {'with' if pipelining else 'without'} PIPELINING"
        ratios.append(Ratio(what, taken, bound, taken / bound, f"≤ {bound} s", taken <= bound))
    return ratios


def _letter() -> bytes:
    """One letter of the digest, as the product writes it."""
    with TemporaryDirectory() as folder, databases.sqlite("letter") as url:
        with _application(url, smtp_url=f"folder://{folder}").app_context():
            issue_digest(make_written_week(1))
            deliver()
        return next(Path(folder).rglob("*.eml")).read_bytes()


def _application(url: str, **settings: object) -> Flask:
    make_tables(url)
    return create_app(make_config(database_url=url, now=FRIDAY, **settings))


@contextmanager
def _mailing(database: str, port: int, connections: int) -> Iterator[Callable[[], None]]:
    """What sends a digest once more: each letter queued, sent, and written down."""
    with databases.ENGINES[database]("letters") as url:
        relay = f"smtp://{HOST}:{port}"
        app = _application(url, smtp_url=relay, durability="strict", connections=connections)
        with app.app_context():
            issue_digest(make_written_week(LETTERS))

            def send() -> None:
                sent = deliver().sent
                assert sent == LETTERS, f"{sent} of {LETTERS} letters sent"

            yield send
            db.session.remove()
            db.engine.dispose()


def _bare(port: int, letter: bytes) -> None:
    """Ready bytes on one connection."""
    with smtplib.SMTP(HOST, port) as relay:
        for _ in range(LETTERS):
            relay.sendmail(SENDER, READER, letter)


def _compare(what: str, ours: Callable[[], None], bare: Callable[[], None]) -> Ratio:
    """CPU of ours and of the reference, run in turn: the median of the pairs, after one of each to warm up."""
    pairs = []
    for _ in range(RUNS + 1):
        queue_again()
        pairs.append((seconds(ours, 1, process_time) / LETTERS, seconds(bare, 1, process_time) / LETTERS))
    pairs = pairs[1:]
    ratio = median(one / other for one, other in pairs)
    one, other = (median(side) for side in zip(*pairs, strict=True))
    return Ratio(what, one, other, ratio, f"≤ {TIMES_BARE:g}", ratio <= TIMES_BARE)
