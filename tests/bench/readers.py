"""Ten readers a second for a minute after a digest: each opens it by the link of a letter and marks it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from statistics import median, quantiles
from threading import Event
from time import perf_counter
from urllib.parse import urlencode

from app.database import db
from tests.bench.reading import application
from tests.bench.server import Visitor, form, page, serving
from tests.bench.timing import Ratio
from tests.bench.unread import Unread, count_marks, link_to, unread

A_SECOND, SECONDS = 10, 60
LONE = 30  # readers one after the other, first
AT_ONCE = 30  # who can be waiting; were there more, the wait for their turn counts as theirs
LESS_THAN = 20

Steps = tuple[bytes, bytes]  # the page, the mark


def measure(url: str) -> list[Ratio]:
    """The slowest hundredth against the median of a lone reader, on the database at `url` with a million marks."""
    with application(url) as app, serving("wsgi:app", url) as port, app.app_context():
        readers = [_steps(one) for one in islice(unread(range(1)), LONE + A_SECOND * SECONDS)]
        before = count_marks()
        alone = median(_read(port, steps, perf_counter()) for steps in readers[:LONE])
        crowd = _crowd(port, readers[LONE:])
        lost = len(readers) - (count_marks() - before)
        db.session.rollback()
    slow, what = quantiles(crowd, n=100)[-1], f"{len(crowd)} readers, {lost} lost: p99 against a lone reader"
    return [Ratio(what, slow, alone, slow / alone, f"< {LESS_THAN}", slow / alone < LESS_THAN and lost == 0)]


def _steps(one: Unread) -> Steps:
    token = urlencode({"reader": link_to(one)})
    return page(f"{one.page}?{token}"), form(f"{one.page}/read", token)


def _crowd(port: int, readers: Sequence[Steps]) -> list[float]:
    """The seconds of each reader from the moment they came, served at once or not."""
    begun = perf_counter()

    def come(number: int) -> float:
        due = begun + number / A_SECOND
        Event().wait(max(0.0, due - perf_counter()))
        return _read(port, readers[number], due)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(come, range(len(readers))))


def _read(port: int, steps: Steps, since: float) -> float:
    visitor = Visitor(port)
    for step in steps:
        visitor.ask(step)
    visitor.close()
    return perf_counter() - since
